"""What a browser sees of katgate: REST, WebSocket and the dashboard, on one port."""
