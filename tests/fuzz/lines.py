"""Lines that are really said, and the words they are made of: what bad input is bent from.

`[M]` stands for the id of the request that was written last; see `play.py`.
"""

__all__ = ["SAID_BY_CLIENTS", "SAID_BY_DEVICES", "WORDS"]

SAID_BY_CLIENTS = [
    b"?watchdog[7]",
    b"?help",
    b"?help[1] sensor-list",
    b"?version-list[2]",
    b"?client-list",
    b"?log-level[3] warn",
    b"?log-level",
    b"?sensor-list[4]",
    b"?sensor-list a.float",
    b"?sensor-list /^(([a-z0-9.])+)+!$/",
    b"?sensor-value[5] /t/",
    b"?sensor-value /(/",
    b"?sensor-value count",
    b"?sensor-sampling[6] a.float auto",
    b"?sensor-sampling",
    b"?sensor-sampling a.float,a.float event",
    b"?sensor-sampling a.float,an-int",
    b"?sensor-sampling flag differential 1",
    b"?sensor-sampling a.float event-rate 2 1",
    b"?sensor-sampling count period 0.01",
    b"?sensor-sampling text event-rate 0.02 0.03",
    b"?sensor-sampling a.float differential-rate 0.5 0.01 inf",
    b"?sensor-sampling count event",
    b"?sensor-sampling when period soon",
    b"?sensor-sampling when sometimes",
    b"?sensor-sampling when period 0.5",
    b"?sensor-sampling an-int differential 2",
    b"?sensor-sampling flag,mode event-rate 0.5 10",
    b"?sensor-sampling[8] a.float,an-int differential-rate 0.1 0.05 1",
    b"?sensor-sampling text none",
    b"?sensor-sampling text",
    b"?sensor-sampling-clear[9]",
    b"?request-timeout-hint",
    b"?nothing-of-the-kind x \\@ y",
    b"!watchdog ok",
    b"#log info 1.5 client hello",
    b"?halt[1]",
    b"?restart",
]

SAID_BY_DEVICES = [
    b"#version-connect katcp-protocol 5.1-MIB",
    b"#version-connect katcp-protocol 5.0-M",
    b"#version-connect katcp-protocol five",
    b"#version-connect katcp-protocol 4.9-M",
    b"#version-connect katcp-library x-1 x-1.0",
    b"#version myversion",
    b"#help[M] watchdog Ping.",
    b"!help[M] ok 1",
    b"#sensor-list[M] a temperature C float -10.0 10.0",
    b"#sensor-list[M] a temperature C integer",
    b"#sensor-list[M] b mode \\@ discrete on off",
    b"#sensor-list[M] job/\xff,x an\\_odd\\_one none lru",
    b"#sensor-list[M] short",
    b"#sensor-list[M] a\xff x \\@ integer",
    b"#sensor-list[M] a\\\\xff x \\@ integer",
    b"!sensor-list[M] ok 2",
    b"!sensor-sampling[M] ok a,b auto",
    b"!sensor-sampling[M] fail Unknown\\_sensor",
    b"#sensor-status 1732248000.5 1 a nominal 3.5",
    b"#sensor-status 2 2 a warn nan b unknown on",
    b"#sensor-status 0000 1 b unreachable",
    b"#sensor-status soon 1 n splendid 0x0002",
    b"#sensor-status 3 1 n error 99999999999999999999",
    b"#sensor-status nan 1 b error \xff",
    b"#sensor-status[M] 1 1 a error 9",
    b"#sensor-value[1] 1 1 a nominal 1",
    b"!sensor-value[1] ok 1",
    b"!watchdog[2] ok",
    b"!watchdog[M] ok",
    b"!help[M] fail",
    b"!help[M]",
    b"!help[M] invalid no\\_help\\_here",
    b"#interface-changed",
    b"#interface-changed sensor-list",
    b"#interface-changed sensor a removed",
    b"#interface-changed sensor",
    b"#interface-changed request foo added",
    b"#disconnect going\\_for\\_lunch",
    b"#log info 1.5 dev a\\_b\\nc",
    b"#client-connected 10.0.0.1:4",
    b"#fpga down",
    b"?watchdog[1]",
]

#: Names, values, numbers and parameters that mean something somewhere, and some that do nowhere.
WORDS = (
    b"a b n a,b a.float an-int flag mode text when where health count a.float,an-int,flag a.float,a.float "
    b"ok fail invalid none auto event period differential event-rate differential-rate "
    b"nominal unknown unreachable splendid integer float discrete timestamp address lru from-the-future "
    b"off fatal error warn info all help sensor-list sensor-sampling watchdog halt sensor request removed "
    b"katcp-protocol 5.1-MIB 5.0-M 5.1-MI 4.9-M 6.0 5.x "
    b"0 1 -1 2 0.5 0.001 0.0001 1e-400 1e308 1e999 inf -inf nan 1_0 0x10 99999999999999999999 1e9 -0.0 "
    b"/ // /./ /(/ /[/ /^(([a-z0-9.])+)+!$/ /(a|b|t)*$/ /\\\\C/ /(x{30}){30}/ /(?i)FLAG/ *.temp "
    b"\\@ \\_ \\\\ \\0 \\n \\r \\e \\t \\q \\ \\@\\@ a\\@b \\\\xff \xff \xc3\xa9 \xed\xa0\x80 \x00 \x1b \x0b"
).split(b" ")
