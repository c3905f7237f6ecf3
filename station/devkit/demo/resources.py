"""Posts, shared offers, benefit projects and wishes of the demo station."""

from datetime import date, datetime, timedelta
from random import Random

from members.models import Unit
from resources.models import PostKind, ProgrammeKind, ResourceKind
from resources.register import (
    OfferDraft,
    PostDraft,
    ProgrammeDraft,
    note_wish,
    open_posts,
    open_programmes,
    register_offers,
)
from station.devkit.demo.enterprises import Firms
from station.devkit.demo.territory import CENTRE

PARTNERS = 44
_ADDRESS = "云桥路118号1楼"

# name, kind, zone, m², people, hours, facilities: the 228 m² in three zones
_POSTS = (
    ("户外劳动者驿站", PostKind.OUTDOOR_STATION, "共享服务区", 28, 16, "每天 7:00–20:00",
     ("座椅", "饮水机", "微波炉", "充电", "急救箱", "雨伞")),
    ("妈咪暖心小屋", PostKind.MOTHERS_ROOM, "共享服务区", 10, 3, "每天 8:30–20:00",
     ("沙发", "洗手台", "冰箱", "隔帘")),
    ("职工书屋", PostKind.READING_ROOM, "活动区", 36, 24, "每天 9:00–20:30",
     ("阅览桌", "电子阅读屏")),
    ("工创家爱心直播间", PostKind.LIVE_STREAM_ROOM, "活动区", 18, 6, "工作日 9:00–20:30",
     ("补光灯", "背景布", "直播支架")),
    ("职工夜校教室", PostKind.NIGHT_SCHOOL, "活动区", 48, 32, "工作日 18:30–20:30",
     ("投影", "课桌椅")),
    ("心理驿站", PostKind.COUNSELLING_ROOM, "共享服务区", 12, 4, "预约开放", ("隔音门", "沙发")),
    ("法律援助与调解室", PostKind.LEGAL_AID, "共享服务区", 20, 10, "工作日 8:30–17:30",
     ("圆桌", "打印机")),
    ("爱心托管班", PostKind.CHILDCARE, "活动区", 30, 20, "寒暑假工作日 8:00–18:00",
     ("课桌椅", "监护登记台")),
    ("工运记忆展陈角", PostKind.EXHIBITION, "展陈区", 26, 20, "工作日 9:00–17:00",
     ("展板", "触摸屏")),
)  # fmt: skip

# what is shared, kind, for whom, when, a month
_OFFERS = (
    ("健身房错峰开放", ResourceKind.FACILITY, "片区职工", "周一至周五 18:00–20:30", 60),
    ("会议厅半日借用", ResourceKind.VENUE, "小微企业", "工作日，提前三天预约", 8),
    ("食堂午餐同价", ResourceKind.CANTEEN, "户外劳动者", "每天 11:00–12:30", 400),
    ("夜间车位共享", ResourceKind.PARKING, "片区职工", "每天 19:00–次日 7:00", 30),
    ("技师带徒公开课", ResourceKind.TEACHER, "机械类职工", "每月第二个周六", 20),
    ("短视频剪辑课", ResourceKind.COURSE, "片区职工", "周三 19:00", 25),
    ("会员洗车八折", ResourceKind.DISCOUNT, "工会会员", "每天", 100),
    ("免费量血压测血糖", ResourceKind.SERVICE, "户外劳动者", "周五 14:00–16:00", 40),
    ("羽毛球场两片", ResourceKind.FACILITY, "企业工会", "周末上午", 16),
    ("多功能厅周末借用", ResourceKind.VENUE, "企业工会", "周六、周日", 6),
    ("爱心理发", ResourceKind.SERVICE, "环卫工、骑手", "每月 15 日", 50),
)  # fmt: skip

# title, kind, for whom, content, places, yuan
_PROGRAMMES = (
    ("“启运晚七点”短视频课", ProgrammeKind.TRAINING, "工会会员", "八次课，可进直播间", 30, 12_000),
    ("家常烘焙夜校", ProgrammeKind.TRAINING, "工会会员", "六次课，材料由站里准备", 24, 9_600),
    ("电工上岗证考前班", ProgrammeKind.TRAINING, "一线职工", "理论四次、实操两次", 40, 20_000),
    ("焊工技能比武集训", ProgrammeKind.TRAINING, "机械类职工", "赛前两周集训", 16, 15_000),
    ("人工智能进车间公开课", ProgrammeKind.TRAINING, "小微企业", "看现场、听讲解", 60, 8_000),
    ("片区篮球联赛", ProgrammeKind.CULTURE, "企业工会", "十二支队，周末主客场", 144, 30_000),
    ("羽毛球午间赛", ProgrammeKind.CULTURE, "片区职工", "每周二、四中午", 32, 5_000),
    ("职工书屋共读", ProgrammeKind.CULTURE, "片区职工", "每月一本，线下交流", 30, 3_000),
    ("春节留岗联欢", ProgrammeKind.CULTURE, "留岗职工", "年夜饭与小型演出", 120, 26_000),
    ("骑手免费体检", ProgrammeKind.HEALTH, "快递员、骑手", "基础体检套餐", 200, 60_000),
    ("两癌筛查", ProgrammeKind.HEALTH, "女职工", "合作医院专场", 150, 45_000),
    ("夏季送清凉", ProgrammeKind.HEALTH, "户外劳动者", "饮料、药品、毛巾", 800, 40_000),
    ("冬季送温暖", ProgrammeKind.HEALTH, "户外劳动者", "手套、护膝、热饮", 800, 40_000),
    ("颈椎操进车间", ProgrammeKind.HEALTH, "流水线职工", "工间十分钟", 300, 6_000),
    ("律师坐班日", ProgrammeKind.LEGAL, "片区职工", "每周三下午，可预约", 16, 24_000),
    ("用工合规体检", ProgrammeKind.LEGAL, "小微企业", "合同、制度、工时三项检查", 30, 36_000),
    ("调解员结对", ProgrammeKind.LEGAL, "单建工会", "一名调解员联系十家企业", 60, 12_000),
    ("一对一心理咨询", ProgrammeKind.COUNSELLING, "工会会员", "每人每年三次，保密", 80, 48_000),
    ("减压团体辅导", ProgrammeKind.COUNSELLING, "客服、护理等岗位", "三十人一场", 240, 24_000),
    ("暑期爱心托管班", ProgrammeKind.FAMILY, "双职工家庭", "一至四年级，工作日", 40, 80_000),
    ("寒假爱心托管班", ProgrammeKind.FAMILY, "双职工家庭", "一至四年级，三周", 20, 30_000),
    ("亲子周末", ProgrammeKind.FAMILY, "片区职工", "手工、观影、户外", 60, 10_000),
    ("公益红娘见面会", ProgrammeKind.MATCHMAKING, "单身职工", "每季度一场，资料不公开", 50, 12_000),
    ("困难职工送温暖", ProgrammeKind.HARDSHIP, "建档困难职工", "上门慰问", 36, 72_000),
    ("金秋助学", ProgrammeKind.HARDSHIP, "困难职工子女", "按当年标准", 20, 100_000),
    ("片区小型招聘会", ProgrammeKind.EMPLOYMENT, "求职职工", "每季度一场", 300, 8_000),
    ("共享用工撮合", ProgrammeKind.EMPLOYMENT, "淡旺季企业", "三方协议模板与指导", 60, 5_000),
    ("会员商圈日", ProgrammeKind.DISCOUNT, "工会会员", "每月 9 日，商户让利", 2_000, 20_000),
)  # fmt: skip

# who wishes (key, or none), what, kind, from and to in days from today
_WISHES = (
    ("xutang", "借一间能坐四十人的教室办安全培训", ResourceKind.VENUE, 12, 12),
    ("tongzi", "请一位懂数控的老师傅来讲两次课", ResourceKind.TEACHER, 7, 40),
    ("liannan", "夜间给货车找十个车位", ResourceKind.PARKING, 3, 90),
    ("puheng", "家政员夜校：护理与收纳", ResourceKind.COURSE, 10, 60),
    ("lingyou", "周边企业食堂能否接纳二十名营业员吃午饭", ResourceKind.CANTEEN, 5, 180),
    ("mingcheng", "为一线员工办一场减压团体辅导", ResourceKind.SERVICE, 14, 30),
    ("yuanshan", "工间用一用附近的健身房", ResourceKind.FACILITY, 1, 120),
    ("zhujin", "员工子女放学后的看护", ResourceKind.SERVICE, 20, 150),
    (None, "骑手：新埠路口装一个换电柜", ResourceKind.FACILITY, 0, 60),
    (None, "环卫工：冬天四点有地方喝热水", ResourceKind.FACILITY, 0, 100),
)


def fill_resources(
    chance: Random, firms: Firms, station: Unit, *, since: date, today: date, now: datetime
) -> None:
    """Open the posts and programmes, register the partners' offers, note the wishes."""
    open_posts(station=station, drafts=_post_drafts())
    register_offers(station=station, drafts=_offer_drafts(chance, firms, since=since))
    open_programmes(station=station, drafts=_programme_drafts(chance, since=since, today=today))
    for key, title, kind, first, last in _WISHES:
        note_wish(
            station=station,
            enterprise=firms.cast[key] if key else None,
            title=title,
            kind=kind,
            wanted_from=today + timedelta(days=first),
            wanted_to=today + timedelta(days=last),
            now=now - timedelta(days=chance.randint(1, 20), minutes=chance.randint(0, 400)),
        )


def _post_drafts() -> list[PostDraft]:
    return [
        PostDraft(
            code=f"YQ-P{number:02d}",
            name=name,
            kind=kind,
            zone=zone,
            address=_ADDRESS,
            phone="0574-5550 0182",
            area_m2=area_m2,
            capacity=capacity,
            opening_hours=hours,
            facilities=facilities,
            lng=CENTRE[0],
            lat=CENTRE[1],
        )
        for number, (name, kind, zone, area_m2, capacity, hours, facilities) in enumerate(
            _POSTS, start=1
        )
    ]


def _offer_drafts(chance: Random, firms: Firms, *, since: date) -> list[OfferDraft]:
    """Return one offer for each of 44 partners; none is an enterprise that a story accuses."""
    accused = {each.pk for each in firms.cast.values()}
    others = [each for each in firms.station if each.pk not in accused]
    partners = chance.sample(others, min(PARTNERS, len(others)))
    partners += [each for each in firms.cast.values() if each in firms.station][
        : PARTNERS - len(partners)
    ]
    drafts = []
    for number, enterprise in enumerate(partners):
        title, kind, beneficiaries, schedule, quota = _OFFERS[number % len(_OFFERS)]
        drafts.append(
            OfferDraft(
                enterprise=enterprise,
                title=f"{enterprise.short_name}：{title}",
                kind=kind,
                beneficiaries=beneficiaries,
                place=enterprise.address,
                schedule=schedule,
                monthly_quota=quota,
                terms="凭会员号或站点登记使用，损坏照价赔偿，双方可提前一个月终止。",
                from_on=since + timedelta(days=chance.randint(0, 300)),
            )
        )
    return drafts


def _programme_drafts(chance: Random, *, since: date, today: date) -> list[ProgrammeDraft]:
    return [
        ProgrammeDraft(
            code=f"YQ-G{number:02d}",
            title=title,
            kind=kind,
            target_group=group,
            content=content,
            place="云桥片区服务站",
            quota=quota,
            budget_fen=yuan * 100,
            from_on=since + timedelta(days=chance.randint(0, 300)),
            to_on=today + timedelta(days=chance.randint(30, 400)),
        )
        for number, (title, kind, group, content, quota, yuan) in enumerate(_PROGRAMMES, start=1)
    ]
