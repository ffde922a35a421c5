"""Rows of AMI's Status list: a customer, the agent whose phone rings for it, an agent who tests its phone."""

AGENT_LEG = ("Channel: PJSIP/8001-web-00000002", "Uniqueid: cc1-2.2")
CUSTOMER_ROW = (
    "Event: Status",
    "Channel: PJSIP/trunk-00000001",
    "ChannelState: 6",
    "CallerIDNum: 13800138000",
    "CallerIDName: 王小明",
    "Uniqueid: cc1-1.1",
    "BridgeID: b1",
    "Variable: CC_ID=cc1-1.1",
    "Variable: CC_AT=wait",
    "Variable: CC_DNIS=4001234",
    "Variable: CC_LANG=en",
    "Variable: CC_QUEUE=sales",
    "Variable: CC_ENTRY=1700000000.125",
)
AGENT_ROW = (
    "Event: Status",
    *AGENT_LEG,
    "ChannelState: 5",
    "Variable: CC_ID=cc1-1.1",
    "Variable: CC_AT=(null)",
)

ECHO_ROW = (
    "Event: Status",
    "Channel: PJSIP/8002-00000003",
    "ChannelState: 6",
    "Uniqueid: cc1-3.3",
    "Variable: CC_ID=(null)",
    "Variable: CC_AT=(null)",
)
