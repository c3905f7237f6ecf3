"""Invented names and numbers. Nothing here belongs to anybody.

Enterprises are named by a water and a plant, so that no two share the telling part; area
codes (99…) and the mobile segment (160) are not given out; the map point lies in the open sea.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

from members.models import Industry
from members.numbers import credit_check_character, resident_check_character

WATERS = (
    "汀浔溆漪沅澧涟湄渚潼洺沚洄淇泠漾沄溪浦泓澜湘沁渌汐滢澍沐涧濯淞泖溦滟渟瀛淼涵浣汶"
    "沂沛淙潋濠澹洵洮湉溟瀚泱"
)
PLANTS = (
    "禾榆杉棠荻桐楠柚槿柏梓橙麦蘅椿苇菱穗桦枫栀葵芷萱苓黍稷茭薇桂竹槐樟桔莲蒲芦藜荷兰茗蓼榕楸柠"
)

AREA_CODE = "990101"
PHONE_FROM = 16_000_000_001

# (industry, trade in the name, trade in the short name, legal form, share of the territory)
_TRADES: tuple[tuple[Industry, str, str, str, int], ...] = (
    (Industry.RETAIL, "商贸", "商贸", "有限公司", 16),
    (Industry.RETAIL, "超市", "超市", "有限公司", 6),
    (Industry.RETAIL, "百货", "百货", "经营部", 6),
    (Industry.HOSPITALITY, "餐饮", "餐饮", "有限公司", 9),
    (Industry.HOSPITALITY, "面馆", "面馆", "(个体工商户)", 5),
    (Industry.HOSPITALITY, "酒店", "酒店", "有限公司", 2),
    (Industry.MANUFACTURING, "机械制造", "机械", "有限公司", 7),
    (Industry.MANUFACTURING, "服饰", "服饰", "有限公司", 6),
    (Industry.MANUFACTURING, "电子", "电子", "有限公司", 6),
    (Industry.MANUFACTURING, "模具", "模具", "厂", 4),
    (Industry.SOFTWARE, "信息科技", "信息", "有限公司", 5),
    (Industry.BUSINESS_SERVICES, "人力资源", "人力", "有限公司", 3),
    (Industry.BUSINESS_SERVICES, "企业管理咨询", "咨询", "有限公司", 4),
    (Industry.TRANSPORT, "物流", "物流", "有限公司", 4),
    (Industry.TRANSPORT, "货运", "货运", "服务部", 2),
    (Industry.CONSTRUCTION, "装饰工程", "装饰", "有限公司", 4),
    (Industry.REAL_ESTATE, "物业管理", "物业", "有限公司", 3),
    (Industry.RESIDENT_SERVICES, "家政服务", "家政", "有限公司", 3),
    (Industry.RESIDENT_SERVICES, "美发", "美发", "店", 5),
    (Industry.EDUCATION, "教育咨询", "教育", "有限公司", 2),
    (Industry.HEALTH, "口腔诊所", "口腔", "有限公司", 1),
    (Industry.CULTURE, "文化传媒", "传媒", "有限公司", 2),
    (Industry.CULTURE, "健身", "健身", "有限公司", 2),
    (Industry.SCIENCE, "检测技术", "检测", "有限公司", 2),
    (Industry.ENVIRONMENT, "环境工程", "环境", "有限公司", 1),
    (Industry.FINANCE, "保险代理", "保险", "有限公司", 1),
)

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余"
    "杜叶程苏魏吕丁任沈姚卢傅钟姜崔谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛阎段雷侯龙"
    "史陶黎贺顾毛郝龚邵"
)
_GIVEN = (
    "安柏辰德恩帆国海涵浩禾恒华辉慧佳建洁锦静娟军君凯兰乐丽良琳玲龙美敏明宁培平琪倩清"
    "秋然荣瑞珊诗书思松涛婷文希晓欣秀雪雅妍扬艺英颖永宇雨玉元媛月云泽振志忠子"
)


def trading_names(chance: Random, *, taken: frozenset[str]) -> Iterator[tuple[str, str, Industry]]:
    """Yield (name, short name, industry) without end of names; brands in ``taken`` are left out."""
    brands = [water + plant for water in WATERS for plant in PLANTS]
    chance.shuffle(brands)
    weights = [trade[4] for trade in _TRADES]
    for brand in brands:
        if brand not in taken:
            industry, trade, short, form, _share = chance.choices(_TRADES, weights)[0]
            yield f"{brand}{trade}{form}", f"{brand}{short}", industry


def person_name(chance: Random) -> str:
    """Return a surname with one or two characters."""
    given = "".join(chance.choices(_GIVEN, k=1 if chance.random() < 0.22 else 2))
    return chance.choice(_SURNAMES) + given


def phone_number(serial: int) -> str:
    """Return the serial-th number of a segment that no operator uses."""
    return str(PHONE_FROM + serial)


def resident_id(birth: date, serial: int, *, is_male: bool) -> str:
    """Return a number of the right form from an area that does not exist (GB 11643-1999)."""
    order = (serial * 2 + is_male) % 1000
    body = f"{AREA_CODE}{birth:%Y%m%d}{order:03d}"
    return body + resident_check_character(body)


def credit_code(serial: int) -> str:
    """Return a code of the right form from an area that does not exist (GB 32100-2015)."""
    body = f"91{AREA_CODE}{serial:09d}"
    return body + credit_check_character(body)
