import datetime

import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import members.models.constraints
import members.models.enterprise


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        # Exclusion constraints compare ids and date ranges in one GiST index.
        BtreeGistExtension(),
        migrations.CreateModel(
            name="CalendarDayEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("date", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("workday", "工作日"),
                            ("restday", "休息日"),
                            ("holiday", "节假日"),
                            ("makeup", "调休上班"),
                        ],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="名称"),
                ),
                (
                    "source",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="依据"),
                ),
                ("confirmed", models.BooleanField(default=False, verbose_name="已确认")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=24, unique=True, verbose_name="代码")),
                ("purpose", models.CharField(max_length=40, verbose_name="用途")),
                ("wrapped", models.BinaryField(verbose_name="加密后的密钥")),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="停用时间"),
                ),
            ],
            options={
                "verbose_name": "数据密钥",
                "verbose_name_plural": "数据密钥",
                "ordering": ["purpose", "id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True, verbose_name="幂等键")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "邮件"),
                            ("sms", "短信"),
                            ("wecom", "企业微信"),
                            ("dingtalk", "钉钉"),
                        ],
                        max_length=10,
                        verbose_name="渠道",
                    ),
                ),
                ("template", models.CharField(max_length=60, verbose_name="模板")),
                ("params", models.JSONField(default=dict, verbose_name="参数")),
                ("due_at", models.DateTimeField(verbose_name="应发时间")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="占用至")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="尝试次数")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发出时间")),
                ("dead_at", models.DateTimeField(blank=True, null=True, verbose_name="放弃时间")),
                (
                    "last_error",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="最近错误"
                    ),
                ),
            ],
            options={
                "verbose_name": "对外发送",
                "verbose_name_plural": "对外发送",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="DutyWindow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="起始日期")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "星期一"),
                            (2, "星期二"),
                            (3, "星期三"),
                            (4, "星期四"),
                            (5, "星期五"),
                            (6, "星期六"),
                            (7, "星期日"),
                        ],
                        verbose_name="星期",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="开始")),
                ("ends", models.TimeField(verbose_name="结束")),
            ],
            options={
                "verbose_name": "值班时间",
                "verbose_name_plural": "值班时间",
                "ordering": ["weekday", "starts", "id"],
            },
        ),
        migrations.CreateModel(
            name="Employment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="起始日期")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "post",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="岗位"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contract", "合同工"),
                            ("agency", "劳务派遣"),
                            ("flexible", "灵活就业"),
                            ("platform", "新就业形态"),
                        ],
                        max_length=10,
                        verbose_name="用工形式",
                    ),
                ),
            ],
            options={
                "verbose_name": "就业记录",
                "verbose_name_plural": "就业记录",
            },
        ),
        migrations.CreateModel(
            name="Enterprise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="经度（WGS-84）")),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="纬度（WGS-84）")),
                ("original_x", models.FloatField(blank=True, null=True, verbose_name="原始坐标 X")),
                ("original_y", models.FloatField(blank=True, null=True, verbose_name="原始坐标 Y")),
                (
                    "original_crs",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("wgs84", "WGS-84"),
                            ("gcj02", "GCJ-02（高德、腾讯）"),
                            ("bd09", "BD-09（百度）"),
                            ("cgcs2000", "CGCS2000"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="原始坐标系",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("short_name", models.CharField(max_length=40, verbose_name="简称")),
                ("pinyin", models.CharField(editable=False, max_length=400, verbose_name="拼音")),
                (
                    "initials",
                    models.CharField(editable=False, max_length=100, verbose_name="拼音首字母"),
                ),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        null=True,
                        unique=True,
                        validators=[members.models.enterprise.validate_credit_code],
                        verbose_name="统一社会信用代码",
                    ),
                ),
                (
                    "industry",
                    models.CharField(
                        choices=[
                            ("agriculture", "农、林、牧、渔业"),
                            ("mining", "采矿业"),
                            ("manufacturing", "制造业"),
                            ("utilities", "电力、热力、燃气及水生产和供应业"),
                            ("construction", "建筑业"),
                            ("retail", "批发和零售业"),
                            ("transport", "交通运输、仓储和邮政业"),
                            ("hospitality", "住宿和餐饮业"),
                            ("software", "信息传输、软件和信息技术服务业"),
                            ("finance", "金融业"),
                            ("real_estate", "房地产业"),
                            ("business_services", "租赁和商务服务业"),
                            ("science", "科学研究和技术服务业"),
                            ("environment", "水利、环境和公共设施管理业"),
                            ("resident_services", "居民服务、修理和其他服务业"),
                            ("education", "教育"),
                            ("health", "卫生和社会工作"),
                            ("culture", "文化、体育和娱乐业"),
                            ("administration", "公共管理、社会保障和社会组织"),
                            ("international", "国际组织"),
                        ],
                        max_length=20,
                        verbose_name="行业",
                    ),
                ),
                ("headcount", models.PositiveIntegerField(default=0, verbose_name="职工人数")),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="地址"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="在营")),
            ],
            options={
                "verbose_name": "企业",
                "verbose_name_plural": "企业",
                "ordering": ["pinyin", "id"],
            },
        ),
        migrations.CreateModel(
            name="EnterpriseEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="经度（WGS-84）")),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="纬度（WGS-84）")),
                ("original_x", models.FloatField(blank=True, null=True, verbose_name="原始坐标 X")),
                ("original_y", models.FloatField(blank=True, null=True, verbose_name="原始坐标 Y")),
                (
                    "original_crs",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("wgs84", "WGS-84"),
                            ("gcj02", "GCJ-02（高德、腾讯）"),
                            ("bd09", "BD-09（百度）"),
                            ("cgcs2000", "CGCS2000"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="原始坐标系",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("short_name", models.CharField(max_length=40, verbose_name="简称")),
                ("pinyin", models.CharField(editable=False, max_length=400, verbose_name="拼音")),
                (
                    "initials",
                    models.CharField(editable=False, max_length=100, verbose_name="拼音首字母"),
                ),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        null=True,
                        validators=[members.models.enterprise.validate_credit_code],
                        verbose_name="统一社会信用代码",
                    ),
                ),
                (
                    "industry",
                    models.CharField(
                        choices=[
                            ("agriculture", "农、林、牧、渔业"),
                            ("mining", "采矿业"),
                            ("manufacturing", "制造业"),
                            ("utilities", "电力、热力、燃气及水生产和供应业"),
                            ("construction", "建筑业"),
                            ("retail", "批发和零售业"),
                            ("transport", "交通运输、仓储和邮政业"),
                            ("hospitality", "住宿和餐饮业"),
                            ("software", "信息传输、软件和信息技术服务业"),
                            ("finance", "金融业"),
                            ("real_estate", "房地产业"),
                            ("business_services", "租赁和商务服务业"),
                            ("science", "科学研究和技术服务业"),
                            ("environment", "水利、环境和公共设施管理业"),
                            ("resident_services", "居民服务、修理和其他服务业"),
                            ("education", "教育"),
                            ("health", "卫生和社会工作"),
                            ("culture", "文化、体育和娱乐业"),
                            ("administration", "公共管理、社会保障和社会组织"),
                            ("international", "国际组织"),
                        ],
                        max_length=20,
                        verbose_name="行业",
                    ),
                ),
                ("headcount", models.PositiveIntegerField(default=0, verbose_name="职工人数")),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="地址"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="在营")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="进程")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "心跳",
                "verbose_name_plural": "心跳",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job", models.CharField(max_length=60, verbose_name="任务")),
                ("slot", models.CharField(max_length=40, verbose_name="时段")),
                ("claimed_at", models.DateTimeField(verbose_name="开始时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
            ],
            options={
                "verbose_name": "定时任务",
                "verbose_name_plural": "定时任务",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("member_no", models.CharField(max_length=20, unique=True, verbose_name="会员号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "正常"),
                            ("transferring", "待转"),
                            ("retained", "保留"),
                            ("left", "退会"),
                            ("deceased", "去世"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("joined_on", models.DateField(verbose_name="入会日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="离会日期")),
                ("name_sealed", models.BinaryField(verbose_name="姓名（加密）")),
                (
                    "phone_sealed",
                    models.BinaryField(blank=True, null=True, verbose_name="手机（加密）"),
                ),
                (
                    "id_number_sealed",
                    models.BinaryField(blank=True, null=True, verbose_name="证件号（加密）"),
                ),
                (
                    "phone_index",
                    models.BinaryField(blank=True, null=True, verbose_name="手机盲索引"),
                ),
                (
                    "id_number_index",
                    models.BinaryField(blank=True, null=True, verbose_name="证件号盲索引"),
                ),
                (
                    "birth_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="出生年份"
                    ),
                ),
                (
                    "gender",
                    models.CharField(
                        choices=[("unknown", "未登记"), ("female", "女"), ("male", "男")],
                        default="unknown",
                        max_length=8,
                        verbose_name="性别",
                    ),
                ),
            ],
            options={
                "verbose_name": "会员",
                "verbose_name_plural": "会员",
                "ordering": ["member_no"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True, verbose_name="幂等键")),
                ("template", models.CharField(max_length=60, verbose_name="模板")),
                ("params", models.JSONField(default=dict, verbose_name="参数")),
                (
                    "request_ref",
                    models.BigIntegerField(blank=True, null=True, verbose_name="诉求编号"),
                ),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="已读时间")),
            ],
            options={
                "verbose_name": "站内通知",
                "verbose_name_plural": "站内通知",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="OfficeHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opens", models.TimeField(default=datetime.time(8, 30), verbose_name="上班")),
                (
                    "lunch_from",
                    models.TimeField(default=datetime.time(12, 0), verbose_name="午休开始"),
                ),
                (
                    "lunch_to",
                    models.TimeField(default=datetime.time(14, 0), verbose_name="午休结束"),
                ),
                ("closes", models.TimeField(default=datetime.time(17, 30), verbose_name="下班")),
                ("from_on", models.DateField(verbose_name="起始日期")),
            ],
            options={
                "verbose_name": "办公时间",
                "verbose_name_plural": "办公时间",
                "ordering": ["from_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="OfficeHoursEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("opens", models.TimeField(default=datetime.time(8, 30), verbose_name="上班")),
                (
                    "lunch_from",
                    models.TimeField(default=datetime.time(12, 0), verbose_name="午休开始"),
                ),
                (
                    "lunch_to",
                    models.TimeField(default=datetime.time(14, 0), verbose_name="午休结束"),
                ),
                ("closes", models.TimeField(default=datetime.time(17, 30), verbose_name="下班")),
                ("from_on", models.DateField(verbose_name="起始日期")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="起始日期")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("registrar", "登记员"),
                            ("worker", "专职工作者"),
                            ("head", "站长"),
                            ("handler", "承办人"),
                            ("approver", "审批人"),
                            ("caller", "回访员"),
                            ("supervisor", "督办员"),
                            ("auditor", "审计员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                        ],
                        max_length=16,
                        verbose_name="角色",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
            },
        ),
        migrations.CreateModel(
            name="RoleAssignmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("from_on", models.DateField(verbose_name="起始日期")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("registrar", "登记员"),
                            ("worker", "专职工作者"),
                            ("head", "站长"),
                            ("handler", "承办人"),
                            ("approver", "审批人"),
                            ("caller", "回访员"),
                            ("supervisor", "督办员"),
                            ("auditor", "审计员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                        ],
                        max_length=16,
                        verbose_name="角色",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ServiceArea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="起始日期")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
            ],
            options={
                "verbose_name": "服务范围",
                "verbose_name_plural": "服务范围",
            },
        ),
        migrations.CreateModel(
            name="ServiceAreaEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("from_on", models.DateField(verbose_name="起始日期")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mediation", "劳动关系调解"),
                            ("coordination", "劳动关系协调"),
                            ("law", "法律顾问"),
                            ("counselling", "心理咨询"),
                            ("inspection", "劳动法律监督"),
                            ("bargaining", "集体协商指导"),
                            ("social_work", "社会工作"),
                            ("safety", "安全生产"),
                            ("dialect", "方言沟通"),
                        ],
                        max_length=16,
                        verbose_name="专长",
                    ),
                ),
                (
                    "certificate",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="证书"),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="有效期至")),
            ],
            options={
                "verbose_name": "专长",
                "verbose_name_plural": "专长",
            },
        ),
        migrations.CreateModel(
            name="Union",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "市总工会"),
                            ("county", "区（县、市）总工会"),
                            ("street", "街道总工会"),
                            ("community_federation", "社区工会联合会"),
                            ("community_joint", "社区联合工会"),
                            ("enterprise_single", "单建企业工会"),
                        ],
                        max_length=24,
                        verbose_name="类型",
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("path", models.CharField(editable=False, max_length=200, verbose_name="路径")),
                (
                    "chair_name",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="工会主席"
                    ),
                ),
                ("founded_on", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                ("dissolved_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
            ],
            options={
                "verbose_name": "工会组织",
                "verbose_name_plural": "工会组织",
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="UnionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "市总工会"),
                            ("county", "区（县、市）总工会"),
                            ("street", "街道总工会"),
                            ("community_federation", "社区工会联合会"),
                            ("community_joint", "社区联合工会"),
                            ("enterprise_single", "单建企业工会"),
                        ],
                        max_length=24,
                        verbose_name="类型",
                    ),
                ),
                ("code", models.CharField(max_length=20, verbose_name="代码")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("path", models.CharField(editable=False, max_length=200, verbose_name="路径")),
                (
                    "chair_name",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="工会主席"
                    ),
                ),
                ("founded_on", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                ("dissolved_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("station", "片区"),
                            ("street", "街道"),
                            ("county", "区（县、市）"),
                            ("city", "市"),
                        ],
                        max_length=10,
                        verbose_name="层级",
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("short_name", models.CharField(max_length=30, verbose_name="简称")),
                ("path", models.CharField(editable=False, max_length=200, verbose_name="路径")),
                ("is_fallback", models.BooleanField(default=False, verbose_name="兜底单位")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="地址"),
                ),
                (
                    "phone",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="电话"),
                ),
                (
                    "area_km2",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        verbose_name="服务面积（平方公里）",
                    ),
                ),
                (
                    "floor_m2",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="阵地面积（平方米）"
                    ),
                ),
                (
                    "zones",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="功能区数"
                    ),
                ),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="经度（WGS-84）")),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="纬度（WGS-84）")),
            ],
            options={
                "verbose_name": "服务单位",
                "verbose_name_plural": "服务单位",
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="UnitEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("station", "片区"),
                            ("street", "街道"),
                            ("county", "区（县、市）"),
                            ("city", "市"),
                        ],
                        max_length=10,
                        verbose_name="层级",
                    ),
                ),
                ("code", models.CharField(max_length=12, verbose_name="代码")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("short_name", models.CharField(max_length=30, verbose_name="简称")),
                ("path", models.CharField(editable=False, max_length=200, verbose_name="路径")),
                ("is_fallback", models.BooleanField(default=False, verbose_name="兜底单位")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="地址"),
                ),
                (
                    "phone",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="电话"),
                ),
                (
                    "area_km2",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        verbose_name="服务面积（平方公里）",
                    ),
                ),
                (
                    "floor_m2",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="阵地面积（平方米）"
                    ),
                ),
                (
                    "zones",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="功能区数"
                    ),
                ),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="经度（WGS-84）")),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="纬度（WGS-84）")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="用户名",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                (
                    "phone_sealed",
                    models.BinaryField(blank=True, null=True, verbose_name="手机（加密）"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, default="", max_length=254, verbose_name="邮箱"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("is_staff", models.BooleanField(default=False, verbose_name="可进入管理后台")),
                (
                    "must_change_password",
                    models.BooleanField(default=False, verbose_name="须修改密码"),
                ),
                (
                    "last_seen_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="最近使用"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="AccessEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "action",
                    models.CharField(
                        choices=[("view", "查看"), ("unmask", "查看完整信息")],
                        max_length=8,
                        verbose_name="动作",
                    ),
                ),
                ("subject", models.CharField(max_length=60, verbose_name="对象")),
                (
                    "field",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="字段"),
                ),
                (
                    "reason_sealed",
                    models.BinaryField(blank=True, null=True, verbose_name="理由（加密）"),
                ),
                (
                    "seq",
                    models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="序号"),
                ),
                ("link", models.BinaryField(blank=True, null=True, verbose_name="链值")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_entries",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "查阅记录",
                "verbose_name_plural": "查阅记录",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Affiliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="起始日期")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("owner", "投资人"),
                            ("manager", "管理人员"),
                            ("relative", "近亲属"),
                            ("union_officer", "企业工会干部"),
                            ("adviser", "顾问"),
                            ("former", "曾任职"),
                        ],
                        max_length=16,
                        verbose_name="关系",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affiliations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "利害关系",
                "verbose_name_plural": "利害关系",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("login", "登录"), ("lookup", "凭码查询"), ("sms", "短信验证码")],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                ("bucket", models.BinaryField(verbose_name="桶")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "尝试记录",
                "verbose_name_plural": "尝试记录",
                "indexes": [
                    models.Index(
                        models.F("kind"),
                        models.F("bucket"),
                        models.F("at"),
                        name="members_attempt_bucket",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["login", "lookup", "sms"])),
                        name="members_attempt_kind_known",
                        violation_error_message="这个取值不在允许的范围内。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(unique=True, verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("workday", "工作日"),
                            ("restday", "休息日"),
                            ("holiday", "节假日"),
                            ("makeup", "调休上班"),
                        ],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="名称"),
                ),
                (
                    "source",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="依据"),
                ),
                ("confirmed", models.BooleanField(default=False, verbose_name="已确认")),
            ],
            options={
                "verbose_name": "日历",
                "verbose_name_plural": "日历",
                "ordering": ["date"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["workday", "restday", "holiday", "makeup"])
                        ),
                        name="members_calendarday_kind_known",
                        violation_error_message="这个取值不在允许的范围内。",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_calendardayevent" ("confirmed", "date", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."confirmed", NEW."date", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source"); RETURN NULL;',
                    hash="6d3aa41734f28642829221d33d0d4419feb4c4cd",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_16ec0",
                    table="members_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "members_calendardayevent" ("confirmed", "date", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."confirmed", NEW."date", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source"); RETURN NULL;',
                    hash="cbd9762f1785f1b31d5e0a705a48349153c58143",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cfb32",
                    table="members_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_calendardayevent" ("confirmed", "date", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."confirmed", OLD."date", OLD."id", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source"); RETURN NULL;',
                    hash="3ce047f005323ad2fcc9cc681c3424da0a4a8f50",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_aef64",
                    table="members_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="calendardayevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="calendardayevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="members.calendarday",
            ),
        ),
        migrations.AddConstraint(
            model_name="datakey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("purpose",),
                name="members_datakey_one_current",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="dutywindow",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="duty_windows",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="employment",
            name="enterprise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="employments",
                to="members.enterprise",
                verbose_name="企业",
            ),
        ),
        migrations.AddField(
            model_name="affiliation",
            name="enterprise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="affiliations",
                to="members.enterprise",
                verbose_name="企业",
            ),
        ),
        migrations.AddField(
            model_name="enterpriseevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="enterpriseevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="members.enterprise",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.UniqueConstraint(fields=("job", "slot"), name="members_jobrun_once"),
        ),
        migrations.AddField(
            model_name="employment",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="employments",
                to="members.member",
                verbose_name="会员",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="officehoursevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="officehoursevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="members.officehours",
            ),
        ),
        migrations.AddField(
            model_name="roleassignment",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="role_assignments",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="roleassignmentevent",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="roleassignmentevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="roleassignmentevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="members.roleassignment",
            ),
        ),
        migrations.AddField(
            model_name="servicearea",
            name="enterprise",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="service_areas",
                to="members.enterprise",
                verbose_name="企业",
            ),
        ),
        migrations.AddField(
            model_name="serviceareaevent",
            name="enterprise",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.enterprise",
                verbose_name="企业",
            ),
        ),
        migrations.AddField(
            model_name="serviceareaevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="serviceareaevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="members.servicearea",
            ),
        ),
        migrations.AddField(
            model_name="skill",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="skills",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="union",
            name="enterprise",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="own_union",
                to="members.enterprise",
                verbose_name="所在企业",
            ),
        ),
        migrations.AddField(
            model_name="union",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="members.union",
                verbose_name="上级工会",
            ),
        ),
        migrations.AddField(
            model_name="serviceareaevent",
            name="union",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.union",
                verbose_name="工会",
            ),
        ),
        migrations.AddField(
            model_name="servicearea",
            name="union",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="service_areas",
                to="members.union",
                verbose_name="工会",
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="union",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="members.union",
                verbose_name="所属工会",
            ),
        ),
        migrations.AddField(
            model_name="enterpriseevent",
            name="community",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.union",
                verbose_name="所在社区工会",
            ),
        ),
        migrations.AddField(
            model_name="enterpriseevent",
            name="union",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="留空表示尚未建会。",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.union",
                verbose_name="所属工会",
            ),
        ),
        migrations.AddField(
            model_name="enterprise",
            name="community",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="community_enterprises",
                to="members.union",
                verbose_name="所在社区工会",
            ),
        ),
        migrations.AddField(
            model_name="enterprise",
            name="union",
            field=models.ForeignKey(
                blank=True,
                help_text="留空表示尚未建会。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enterprises",
                to="members.union",
                verbose_name="所属工会",
            ),
        ),
        migrations.AddField(
            model_name="unionevent",
            name="enterprise",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.enterprise",
                verbose_name="所在企业",
            ),
        ),
        migrations.AddField(
            model_name="unionevent",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.union",
                verbose_name="上级工会",
            ),
        ),
        migrations.AddField(
            model_name="unionevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="unionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="members.union",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="members.unit",
                verbose_name="上级",
            ),
        ),
        migrations.AddField(
            model_name="serviceareaevent",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.unit",
                verbose_name="片区",
            ),
        ),
        migrations.AddField(
            model_name="servicearea",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="service_areas",
                to="members.unit",
                verbose_name="片区",
            ),
        ),
        migrations.AddField(
            model_name="roleassignmentevent",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="roleassignment",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="role_assignments",
                to="members.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="officehoursevent",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="留空表示适用于所有单位。",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="officehours",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                help_text="留空表示适用于所有单位。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="office_hours",
                to="members.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="dutywindow",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duty_windows",
                to="members.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="unitevent",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="members.unit",
                verbose_name="上级",
            ),
        ),
        migrations.AddField(
            model_name="unitevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="unitevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="members.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="accessentry",
            index=models.Index(models.F("subject"), models.F("at"), name="members_access_subject"),
        ),
        migrations.AddIndex(
            model_name="accessentry",
            index=models.Index(models.F("account"), models.F("at"), name="members_access_account"),
        ),
        migrations.AddConstraint(
            model_name="accessentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", ["view", "unmask"])),
                name="members_accessentry_action_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accessentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4269d94ff482b44f1ec2dbd4dc2137e8f8406c7c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3fef6",
                    table="members_accessentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("due_at"),
                condition=models.Q(("dead_at", None), ("sent_at", None)),
                name="members_delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("dead_at"),
                condition=models.Q(("dead_at__isnull", False)),
                name="members_delivery_dead",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "sms", "wecom", "dingtalk"])),
                name="members_delivery_channel_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sent_at__isnull", True), ("dead_at__isnull", True), _connector="OR"
                ),
                name="members_delivery_sent_or_dead",
            ),
        ),
        migrations.AddConstraint(
            model_name="affiliation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["owner", "manager", "relative", "union_officer", "adviser", "former"],
                    )
                ),
                name="members_affiliation_kind_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="affiliation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_on__isnull", True), ("to_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="members_affiliation_days",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="affiliation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("account", "="),
                    ("enterprise", "="),
                    ("kind", "="),
                    (
                        members.models.constraints.DateSpan(
                            models.F("from_on"),
                            models.F("to_on"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_upper=True
                            ),
                        ),
                        "&&",
                    ),
                ],
                name="members_affiliation_once",
                violation_error_message="同一对象在这段日期内已有记录。",
            ),
        ),
        migrations.AddConstraint(
            model_name="employment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["contract", "agency", "flexible", "platform"])),
                name="members_employment_kind_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="employment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_on__isnull", True), ("to_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="members_employment_days",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="employment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("member", "="),
                    ("enterprise", "="),
                    (
                        members.models.constraints.DateSpan(
                            models.F("from_on"),
                            models.F("to_on"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_upper=True
                            ),
                        ),
                        "&&",
                    ),
                ],
                name="members_employment_once",
                violation_error_message="同一对象在这段日期内已有记录。",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                models.F("account"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("read_at", None)),
                name="members_notice_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="skill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "mediation",
                            "coordination",
                            "law",
                            "counselling",
                            "inspection",
                            "bargaining",
                            "social_work",
                            "safety",
                            "dialect",
                        ],
                    )
                ),
                name="members_skill_kind_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="skill",
            constraint=models.UniqueConstraint(
                fields=("account", "kind", "certificate"), name="members_skill_once"
            ),
        ),
        migrations.AddIndex(
            model_name="union",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("path", "text_pattern_ops"),
                name="members_union_path_prefix",
            ),
        ),
        migrations.AddConstraint(
            model_name="union",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "city",
                            "county",
                            "street",
                            "community_federation",
                            "community_joint",
                            "enterprise_single",
                        ],
                    )
                ),
                name="members_union_kind_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="union",
            constraint=models.UniqueConstraint(fields=("path",), name="members_union_path_once"),
        ),
        migrations.AddConstraint(
            model_name="union",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "path__endswith",
                        django.db.models.functions.text.Concat(
                            models.Value("/", output_field=models.TextField()),
                            django.db.models.functions.comparison.Cast("id", models.TextField()),
                            models.Value("/", output_field=models.TextField()),
                        ),
                    )
                ),
                name="members_union_path_own_id",
                violation_error_message="路径必须以本单位的编号结尾。",
            ),
        ),
        migrations.AddConstraint(
            model_name="union",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "city"), ("parent__isnull", True)),
                    models.Q(models.Q(("kind", "city"), _negated=True), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="members_union_only_city_is_root",
                violation_error_message="只有市总工会没有上级工会。",
            ),
        ),
        migrations.AddConstraint(
            model_name="union",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("enterprise__isnull", False), ("kind", "enterprise_single")),
                    models.Q(
                        models.Q(("kind", "enterprise_single"), _negated=True),
                        ("enterprise__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="members_union_single_has_enterprise",
                violation_error_message="单建企业工会须对应一家企业，其他工会不对应企业。",
            ),
        ),
        migrations.AddConstraint(
            model_name="union",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dissolved_on__isnull", True),
                    ("dissolved_on__gte", models.F("founded_on")),
                    _connector="OR",
                ),
                name="members_union_days",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="union",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_unionevent" ("chair_name", "code", "dissolved_on", "enterprise_id", "founded_on", "id", "kind", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."chair_name", NEW."code", NEW."dissolved_on", NEW."enterprise_id", NEW."founded_on", NEW."id", NEW."kind", NEW."name", NEW."parent_id", NEW."path", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="e6781205853b10fb682176cbc3419075b5ad05f9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0c2ac",
                    table="members_union",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="union",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "members_unionevent" ("chair_name", "code", "dissolved_on", "enterprise_id", "founded_on", "id", "kind", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."chair_name", NEW."code", NEW."dissolved_on", NEW."enterprise_id", NEW."founded_on", NEW."id", NEW."kind", NEW."name", NEW."parent_id", NEW."path", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="7937c1e468eaba5f9cd36297741ea278e84a0b71",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_98f9d",
                    table="members_union",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="union",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_unionevent" ("chair_name", "code", "dissolved_on", "enterprise_id", "founded_on", "id", "kind", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."chair_name", OLD."code", OLD."dissolved_on", OLD."enterprise_id", OLD."founded_on", OLD."id", OLD."kind", OLD."name", OLD."parent_id", OLD."path", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="c67c11b712d4cd0439b5460bf653488d2828326d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_076ab",
                    table="members_union",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(models.F("phone_index"), name="members_member_phone"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(models.F("id_number_index"), name="members_member_id_number"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["active", "transferring", "retained", "left", "deceased"])
                ),
                name="members_member_status_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("gender__in", ["unknown", "female", "male"])),
                name="members_member_gender_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_on__isnull", True),
                    ("left_on__gte", models.F("joined_on")),
                    _connector="OR",
                ),
                name="members_member_days",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phone_index__isnull", True), ("phone_sealed__isnull", True)),
                    models.Q(("phone_index__isnull", False), ("phone_sealed__isnull", False)),
                    _connector="OR",
                ),
                name="members_member_phone_indexed",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("id_number_index__isnull", True), ("id_number_sealed__isnull", True)),
                    models.Q(
                        ("id_number_index__isnull", False), ("id_number_sealed__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="members_member_id_number_indexed",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("birth_year__isnull", True),
                    ("birth_year__range", (1900, 2100)),
                    _connector="OR",
                ),
                name="members_member_birth_year",
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("pinyin", "text_pattern_ops"),
                name="members_ent_pinyin_prefix",
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("initials", "text_pattern_ops"),
                name="members_ent_initials_prefix",
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("name", "text_pattern_ops"),
                name="members_ent_name_prefix",
            ),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_code__regex", "^[0-9A-HJ-NP-RTUWXY]{18}$")),
                name="members_enterprise_credit_code_form",
                violation_error_message="统一社会信用代码由 18 位数字和大写字母组成。",
            ),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "industry__in",
                        [
                            "agriculture",
                            "mining",
                            "manufacturing",
                            "utilities",
                            "construction",
                            "retail",
                            "transport",
                            "hospitality",
                            "software",
                            "finance",
                            "real_estate",
                            "business_services",
                            "science",
                            "environment",
                            "resident_services",
                            "education",
                            "health",
                            "culture",
                            "administration",
                            "international",
                        ],
                    )
                ),
                name="members_enterprise_industry_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lng__isnull", True)),
                    models.Q(
                        ("lat__isnull", False),
                        ("lat__range", (-90, 90)),
                        ("lng__isnull", False),
                        ("lng__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="members_enterprise_point",
                violation_error_message="经度和纬度须同时填写，且在有效范围内。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_enterpriseevent" ("address", "community_id", "credit_code", "headcount", "id", "industry", "initials", "is_active", "lat", "lng", "name", "original_crs", "original_x", "original_y", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinyin", "short_name", "union_id") VALUES (NEW."address", NEW."community_id", NEW."credit_code", NEW."headcount", NEW."id", NEW."industry", NEW."initials", NEW."is_active", NEW."lat", NEW."lng", NEW."name", NEW."original_crs", NEW."original_x", NEW."original_y", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pinyin", NEW."short_name", NEW."union_id"); RETURN NULL;',
                    hash="24fa54c0f8e2d824b383d9c73c85b40739d8c169",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d66a2",
                    table="members_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "members_enterpriseevent" ("address", "community_id", "credit_code", "headcount", "id", "industry", "initials", "is_active", "lat", "lng", "name", "original_crs", "original_x", "original_y", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinyin", "short_name", "union_id") VALUES (NEW."address", NEW."community_id", NEW."credit_code", NEW."headcount", NEW."id", NEW."industry", NEW."initials", NEW."is_active", NEW."lat", NEW."lng", NEW."name", NEW."original_crs", NEW."original_x", NEW."original_y", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pinyin", NEW."short_name", NEW."union_id"); RETURN NULL;',
                    hash="ff6bede147899d92c6d63bc5bc30ac03e921aa15",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cfbb5",
                    table="members_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_enterpriseevent" ("address", "community_id", "credit_code", "headcount", "id", "industry", "initials", "is_active", "lat", "lng", "name", "original_crs", "original_x", "original_y", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinyin", "short_name", "union_id") VALUES (OLD."address", OLD."community_id", OLD."credit_code", OLD."headcount", OLD."id", OLD."industry", OLD."initials", OLD."is_active", OLD."lat", OLD."lng", OLD."name", OLD."original_crs", OLD."original_x", OLD."original_y", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pinyin", OLD."short_name", OLD."union_id"); RETURN NULL;',
                    hash="098e41f4d7203568720d6b6bd7329f3260ed7b95",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_42d82",
                    table="members_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("path", "text_pattern_ops"),
                name="members_unit_path_prefix",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["station", "street", "county", "city"])),
                name="members_unit_level_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("path",), name="members_unit_path_once"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "path__endswith",
                        django.db.models.functions.text.Concat(
                            models.Value("/", output_field=models.TextField()),
                            django.db.models.functions.comparison.Cast("id", models.TextField()),
                            models.Value("/", output_field=models.TextField()),
                        ),
                    )
                ),
                name="members_unit_path_own_id",
                violation_error_message="路径必须以本单位的编号结尾。",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", "city"), ("parent__isnull", True)),
                    models.Q(models.Q(("level", "city"), _negated=True), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="members_unit_only_city_is_root",
                violation_error_message="只有市一级没有上级单位。",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z][A-Z0-9]{1,11}$")),
                name="members_unit_code_form",
                violation_error_message="代码由大写字母和数字组成，以字母开头。",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_fallback", True)),
                fields=("parent",),
                name="members_unit_one_fallback",
                violation_error_message="同一上级之下只能有一个兜底单位。",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lng__isnull", True)),
                    models.Q(
                        ("lat__isnull", False),
                        ("lat__range", (-90, 90)),
                        ("lng__isnull", False),
                        ("lng__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="members_unit_point",
                violation_error_message="经度和纬度须同时填写，且在有效范围内。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_unitevent" ("address", "area_km2", "code", "floor_m2", "id", "is_active", "is_fallback", "lat", "level", "lng", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "short_name", "zones") VALUES (NEW."address", NEW."area_km2", NEW."code", NEW."floor_m2", NEW."id", NEW."is_active", NEW."is_fallback", NEW."lat", NEW."level", NEW."lng", NEW."name", NEW."parent_id", NEW."path", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."short_name", NEW."zones"); RETURN NULL;',
                    hash="0b47b6aeb7e0f412ead1c907b0178aabb987d073",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d52b2",
                    table="members_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "members_unitevent" ("address", "area_km2", "code", "floor_m2", "id", "is_active", "is_fallback", "lat", "level", "lng", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "short_name", "zones") VALUES (NEW."address", NEW."area_km2", NEW."code", NEW."floor_m2", NEW."id", NEW."is_active", NEW."is_fallback", NEW."lat", NEW."level", NEW."lng", NEW."name", NEW."parent_id", NEW."path", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."short_name", NEW."zones"); RETURN NULL;',
                    hash="bda01e3320c8d7146229a072cacf98b6568ae1cc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_29a7c",
                    table="members_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_unitevent" ("address", "area_km2", "code", "floor_m2", "id", "is_active", "is_fallback", "lat", "level", "lng", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "short_name", "zones") VALUES (OLD."address", OLD."area_km2", OLD."code", OLD."floor_m2", OLD."id", OLD."is_active", OLD."is_fallback", OLD."lat", OLD."level", OLD."lng", OLD."name", OLD."parent_id", OLD."path", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."short_name", OLD."zones"); RETURN NULL;',
                    hash="a7c3f383b77b3c0cbea7842ff92a52fcd4ddddd6",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ddf56",
                    table="members_unit",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="servicearea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("enterprise__isnull", False), ("union__isnull", True)),
                    models.Q(("enterprise__isnull", True), ("union__isnull", False)),
                    _connector="OR",
                ),
                name="members_servicearea_one_subject",
                violation_error_message="工会和企业须填且只填一项。",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicearea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_on__isnull", True), ("to_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="members_servicearea_days",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicearea",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("union__isnull", False)),
                expressions=[
                    ("union", "="),
                    (
                        members.models.constraints.DateSpan(
                            models.F("from_on"),
                            models.F("to_on"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_upper=True
                            ),
                        ),
                        "&&",
                    ),
                ],
                name="members_servicearea_union_once",
                violation_error_message="同一对象在这段日期内已有记录。",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicearea",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("enterprise__isnull", False)),
                expressions=[
                    ("enterprise", "="),
                    (
                        members.models.constraints.DateSpan(
                            models.F("from_on"),
                            models.F("to_on"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_upper=True
                            ),
                        ),
                        "&&",
                    ),
                ],
                name="members_servicearea_enterprise_once",
                violation_error_message="同一对象在这段日期内已有记录。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicearea",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_serviceareaevent" ("enterprise_id", "from_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "station_id", "to_on", "union_id") VALUES (NEW."enterprise_id", NEW."from_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."station_id", NEW."to_on", NEW."union_id"); RETURN NULL;',
                    hash="a3b0004e485a4a7ed34a2916cfae2a2963b0a82f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c8fae",
                    table="members_servicearea",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicearea",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "members_serviceareaevent" ("enterprise_id", "from_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "station_id", "to_on", "union_id") VALUES (NEW."enterprise_id", NEW."from_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."station_id", NEW."to_on", NEW."union_id"); RETURN NULL;',
                    hash="b4aaa183fde9327d18a65539da26e70bd3b5e327",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_eda76",
                    table="members_servicearea",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicearea",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_serviceareaevent" ("enterprise_id", "from_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "station_id", "to_on", "union_id") VALUES (OLD."enterprise_id", OLD."from_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."station_id", OLD."to_on", OLD."union_id"); RETURN NULL;',
                    hash="1bd19eee42f02ed13fb63347f9e2f3664bb1d82c",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a572f",
                    table="members_servicearea",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "registrar",
                            "worker",
                            "head",
                            "handler",
                            "approver",
                            "caller",
                            "supervisor",
                            "auditor",
                            "system_admin",
                            "security_admin",
                        ],
                    )
                ),
                name="members_roleassignment_role_known",
                violation_error_message="这个取值不在允许的范围内。",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_on__isnull", True), ("to_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="members_roleassignment_days",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("account", "="),
                    ("role", "="),
                    ("unit", "="),
                    (
                        members.models.constraints.DateSpan(
                            models.F("from_on"),
                            models.F("to_on"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_upper=True
                            ),
                        ),
                        "&&",
                    ),
                ],
                name="members_roleassignment_once",
                violation_error_message="同一对象在这段日期内已有记录。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roleassignment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_roleassignmentevent" ("account_id", "from_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "to_on", "unit_id") VALUES (NEW."account_id", NEW."from_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."to_on", NEW."unit_id"); RETURN NULL;',
                    hash="2d72f94a6e9c40d14556c0f4054adcb690f288f3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_11c42",
                    table="members_roleassignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roleassignment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "members_roleassignmentevent" ("account_id", "from_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "to_on", "unit_id") VALUES (NEW."account_id", NEW."from_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."to_on", NEW."unit_id"); RETURN NULL;',
                    hash="33e1bcce2376a47c9ad19c367c8cbfe57b3f4281",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c32e5",
                    table="members_roleassignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roleassignment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_roleassignmentevent" ("account_id", "from_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "to_on", "unit_id") VALUES (OLD."account_id", OLD."from_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."to_on", OLD."unit_id"); RETURN NULL;',
                    hash="5076aaef9721e18d097991b39e184d16733dca2f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_156a2",
                    table="members_roleassignment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens__lt", models.F("lunch_from")),
                    ("lunch_from__lte", models.F("lunch_to")),
                    ("lunch_to__lt", models.F("closes")),
                ),
                name="members_officehours_order",
                violation_error_message="时间须按上班、午休、下班的先后填写。",
            ),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.UniqueConstraint(
                fields=("unit", "from_on"), name="members_officehours_once", nulls_distinct=False
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officehours",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_officehoursevent" ("closes", "from_on", "id", "lunch_from", "lunch_to", "opens", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id") VALUES (NEW."closes", NEW."from_on", NEW."id", NEW."lunch_from", NEW."lunch_to", NEW."opens", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."unit_id"); RETURN NULL;',
                    hash="c0e8c154192aee5bfdfc6b7a49b83ac9f7a1fb61",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e120c",
                    table="members_officehours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officehours",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "members_officehoursevent" ("closes", "from_on", "id", "lunch_from", "lunch_to", "opens", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id") VALUES (NEW."closes", NEW."from_on", NEW."id", NEW."lunch_from", NEW."lunch_to", NEW."opens", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."unit_id"); RETURN NULL;',
                    hash="c5b1414cb91efffb49d99cbae5d8f6d99958ec94",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f16fa",
                    table="members_officehours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officehours",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "members_officehoursevent" ("closes", "from_on", "id", "lunch_from", "lunch_to", "opens", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id") VALUES (OLD."closes", OLD."from_on", OLD."id", OLD."lunch_from", OLD."lunch_to", OLD."opens", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."unit_id"); RETURN NULL;',
                    hash="6a5372879df78bd7e08965b71b53c0ecb70a6324",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e6877",
                    table="members_officehours",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="dutywindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__range", (1, 7))), name="members_dutywindow_weekday"
            ),
        ),
        migrations.AddConstraint(
            model_name="dutywindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("starts"))),
                name="members_dutywindow_hours",
                violation_error_message="结束时间须晚于开始时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutywindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_on__isnull", True), ("to_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="members_dutywindow_days",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
    ]
