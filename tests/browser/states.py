"""The requests that tests/browser/seed.py brings into being, by what is to be seen on them."""

LABELS = ("late", "listed", "fresh", "alarm", "in-review", "to-call", "closed", "long")

# As long as the forms allow.
LONG_EMPLOYER = (
    "东海市东津区云桥街道汀禾餐饮管理咨询服务有限责任公司第二分公司"
    "（原云桥老街汀禾酒楼，2024年更名）"
)
LONG_NAME = "阿卜杜外力·麦麦提吐尔逊·买买提艾力·阿不都热依木江"
LONG_NOTE = (
    "已逐人打电话核对考勤和聊天记录，七月到九月都有排班表，八月的排班表是前厅经理在群里发的照片，"
    "九月的只有一半，另一半说在老板娘手机里；已请两位代表明天上午带手机来，把照片原样存下来，"
    "并把群里说过“下个月一起发”的那几条按日期排好。"
) * 4
