r"""What devices in the field say, as transcripts: C servers of three kinds, and katcp-python.

The chatter between the lines is theirs too. Where a test is about one answer, it gives another with `but`.
"""

from tests.tx.scripted import Transcript

__all__ = ["C_V5", "DUPLEX", "KATCP_PYTHON", "KCS", "TCPBORPHSERVER"]

#: tcpborphserver3 on a ROACH board: v4, no ids, milliseconds, `#log` at info, no initial updates.
TCPBORPHSERVER = Transcript(
    hello=rb"""#version 75dde9d
#build-state 2026-11-22T06:09:40
""",
    answers={
        "?help": rb"""#help sensor-sampling configure\_a\_sensor\_(?sensor-sampling\_name\_strategy)
#log info 1763791780101 raw new\_client\_10.0.0.7:41212
#help progdev program\_the\_fpga\_(?progdev\_file)
#help read read\_a\_register\_(?read\_name\_offset\_length)
#help watchdog pings\_the\_system\_(?watchdog)
!help ok 4
""",
        "?sensor-list": rb"""#log info 1763791780150 raw listing\_sensors
#sensor-list temp.ambient board\_temperature millideg integer 0 40000 -5000 60000
#sensor-list fpga.up gateware\_runs none boolean
#log info 1763791780151 raw 4\_sensors
#sensor-list mode what\_it\_does none discrete raw tone beam
#sensor-list adc.power input\_power dBm float -40 0
!sensor-list ok 4
""",
        "?sensor-sampling": rb"""#log info 1763791780300 raw 1\_clients\_subscribed\_to\_sensor
!sensor-sampling ok [args]
""",
        "?sensor-value": rb"""#log info 1763791781000 raw polling
#sensor-value 1763791781250 1 temp.ambient nominal 31250
#sensor-value 1763791781250 1 fpga.up nominal 1
#log info 1763791781251 raw 2\_clients\_subscribed\_to\_sensor
#sensor-value 1763791781251 1 mode unknown raw
#sensor-value 1763791781252 1 adc.power warn 1.5
!sensor-value ok 4
""",
        "?watchdog": b"!watchdog ok\n",
        "?version-list": b"!version-list ok 0\n",
    },
)

#: kcs: v4 as well; it relays sensors of the jobs that it runs, which are named by their paths.
KCS = TCPBORPHSERVER.but(
    {
        "?help": b"#help watchdog pings\\_the\\_system\\_(?watchdog)\n!help ok 1\n",
        "?sensor-list": rb"""#sensor-list /opt/jobs/fan.speed fan none integer 0 9000
!sensor-list ok 1
""",
        "?sensor-value": rb"""#sensor-value 0000 1 /opt/jobs/fan.speed unknown 4200
!sensor-value ok 1
""",
    },
    hello=b"#version 75dde9d\n#build-state 2026-11-22T06:09:40\n#log info 1763791780000 kcs up\n",
)

#: A duplex listener of the casper tree: major 4 by #version-connect; it is exact about names.
DUPLEX = Transcript(
    hello=rb"""#version-connect katcp-library kcsdplxd-75dde9d 2026-11-22T06:09:40
#version-connect katcp-protocol 4.9-M
#version-connect kernel 5.10.0-28 #1\_SMP
""",
    answers={
        "?help": b"#help client-list lists\\_names\n!help ok 1\n",
        "?sensor-list": rb"""#sensor-list ts when\_it\_was none timestamp
#sensor-list float a\_float none float
!sensor-list ok 2
""",
        "?sensor-sampling ts auto": rb"""#sensor-status 1763791780500 1 ts nominal 1763791780250
!sensor-sampling ok ts auto
""",
        "?sensor-sampling float auto": rb"""#sensor-status 1763791780500 1 float nominal 0.25
!sensor-sampling ok float auto
""",
        "?sensor-sampling": b"!sensor-sampling ok [args]\n",
        "?sensor-value": b"!sensor-value fail\n",
        "?watchdog": b"!watchdog ok\n",
    },
)

#: A C server of protocol 5.0: katcp-protocol is not the first part, and ids would be dropped.
C_V5 = Transcript(
    hello=rb"""#version-connect mylabel myversion mybuild
#version-connect katcp-library 7d15c15 2026-11-22T06:09:40
#version-connect katcp-protocol 5.0-M
#version-connect kernel 5.10.0-28 #1\_SMP
""",
    answers={
        "?help": b"#help watchdog pings\\_the\\_system\n!help ok 1\n",
        "?sensor-list": rb"""#log info 1763791780.151 check listing
#sensor-list check.integer.simple a\_number none integer 0 4
#sensor-list check.integer.register a\_register none integer 0x0000 0xffff
#sensor-list check.integer.big a\_large\_one none integer
!sensor-list ok 3
""",
        "?sensor-sampling": rb"""#log info 1763791780.300 check 1\_clients\_subscribed\_to\_sensor
!sensor-sampling ok [args]
""",
        "?sensor-value": rb"""#sensor-value 1763791781.000 1 check.integer.simple nominal 3
#log info 1763791781.001 check 1\_clients\_subscribed\_to\_sensor
#sensor-value 1763791781.000 1 check.integer.register nominal 0x0002
#sensor-value 1763791781.000 1 check.integer.big unknown 114901013760
!sensor-value ok 3
""",
        "?watchdog": b"!watchdog ok\n",
    },
)

#: katcp-python 0.9.3: ids, its initial updates before the reply, help texts of many lines.
KATCP_PYTHON = Transcript(
    hello=rb"""#version-connect katcp-library katcp-python-0.9.3
#version-connect katcp-protocol 5.0-IM
#version-connect katcp-device deviceapi-5.6 name-5.6
""",
    answers={
        "?help": rb"""#help[id] halt Halt\_the\_device.\n\nReturns\n-------\nsuccess
#help[id] watchdog Check\_that\_the\_server\_is\_still\_alive.
!help[id] ok 2
""",
        "?sensor-list": rb"""#sensor-list[id] an.int An\_integer. count integer -5 5
!sensor-list[id] ok 1
""",
        "?sensor-sampling": rb"""#sensor-status 1763791780.000000 1 an.int nominal 3
!sensor-sampling[id] ok [args]
""",
        "?sensor-value": rb"""#sensor-value[id] 1763791780.000000 1 an.int nominal 3
!sensor-value[id] ok 1
""",
        "?watchdog": b"!watchdog[id] ok\n",
    },
)
