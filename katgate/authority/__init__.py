"""Authority: who asks, what they may see and command, who holds a device, and a record of it. No web, no KATCP."""
