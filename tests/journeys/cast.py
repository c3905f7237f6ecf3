"""Who plays in the journeys, what they say, and the secrets staff hold. All invented."""

from dataclasses import dataclass

# Base32 of twenty bytes, as an authenticator app keeps them.
SECRETS = {
    "linyizhou": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",  # 林一舟, handler of the street
    "zhoumin": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",  # 周敏, worker of the station
    "cenqi": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",  # 岑其, of the street, tied to the restaurant
    "songyu": "NRXXEZLNEBUXA43VNRXXEZLNEBUXA43V",  # 宋屿, of the other station
    "tanghe": "KNSWG4TFORKGC3THNBSUWZLZKNSWG4TF",  # 唐禾, of the county, a reviewer
    "heli": "NBSWY2JANBSWC3DJNZTSA5DPNBSWY2JA",  # 何立, head of the station
    "luqi": "NR2XC2LBNVXW4ZLNEBUXA43VNR2XC2LB",  # 陆琪, all there is of the third station
    "yuanqi": "PF2WC3TRNEQHG2LNOBWGK43UPF2WC3TR",  # 袁祁, handler of the street next to it
    "muxi": "NV2XQ2JANFXGE4TPO5XGS3THNV2XQ2JA",  # 穆溪, worker of that street's station
    "lanshan": "NRQW443IMFXCA2DFMFSGK4TTNRQW443I",  # 兰珊, head of that station
    "shenji": "OBQXEYLNMV2GK4TTOBQXEYLNMV2GK4TT",  # 沈纪, auditor: the one who mistypes
}


LONE_STATION = "桂湾片区服务站"  # has exactly one account


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with something to say."""

    story: str
    phone: str = ""
    name: str = ""
    employer: str = ""


COOK = Worker(
    story="我们店里20个同事从今年7月起一直没领到工资，加起来40万元。老板说再等等，大家都急。",
    phone="13905741126",
    name="阮小满",
    employer="汀禾餐饮",
)
WAITER = Worker(
    story="我在店里端盘子，老板欠我9月的工资4800元，问了两次都没说哪天给。",
    phone="13905745560",
    name="廖一苇",
    employer="汀禾餐饮",
)
MISSPELT = Worker(
    story="我在后厨洗碗，两个月工资没给，问老板只说再等等。",
    phone="13905746671",
    employer="丁禾餐饮",
)
ASKING = Worker(story="想问一下年休假到底有几天，没休完是不是就作废了。", phone="13905742237")
UNNAMED = Worker(story="食堂旁边的更衣间灯坏了好久，想请人来修一修。")
SECOND = Worker(story="想给孩子报暑期托管班，还有没有名额。", phone="13905743348")
OLD = Worker(
    story="老人家说厂里一直没给他交养老保险，马上要退休了，不知道能不能补缴。",
    phone="13905744459",
    name="柯守田",
)
HANDED_ON = Worker(
    story="想问问工会的法律咨询哪天有人值班，有份劳动合同看不太懂。",
    phone="13905747782",
    name="蒲若兰",
)
UNPAID = Worker(
    story="公司欠我上个月的工资3000元，请帮忙问问哪天能给。", phone="13905747713", name="闻小亭"
)
LEADER = Worker(
    story="酒店后厨二十个人三个月没领工资，一共40万元，老板说要把店转掉，大家推我来说。",
    phone="13905749935",
    name="荀知秋",
    employer="汀禾餐饮",
)
SILENT = Worker(
    story="老板扣了我八月的工资2600元，说是赔碗的钱，没有签过字。",
    phone="13905740046",
    name="邬远山",
    employer="汀禾餐饮",
)
TOUCHED = Worker(story="主管多次对我性骚扰，半夜发下流信息，我很害怕。", phone="13905748824")
# An item that no second person reviews, not even a sample of it.
LEARNER = Worker(
    story="请问夜校的瑜伽课怎么报名，还有名额吗，下班后来得及。",
    phone="13905741158",
    name="桑晚晴",
)
CREW = Worker(
    story="我们船厂班组十五个人两个月没领工资，一共18万元，包工头说甲方没结账。",
    phone="13905742269",
    name="司徒远",
)
PEOPLE = (
    COOK,
    WAITER,
    MISSPELT,
    ASKING,
    UNNAMED,
    SECOND,
    OLD,
    HANDED_ON,
    UNPAID,
    TOUCHED,
    LEADER,
    SILENT,
    LEARNER,
    CREW,
)

# What no process may ever write into its log: whole stories would be cut by line lengths.
NEVER_LOGGED = (
    *(each.phone for each in PEOPLE if each.phone),
    *(each.name for each in PEOPLE if each.name),
    *(each.story[at : at + 6] for each in PEOPLE for at in (0, 8)),
)
