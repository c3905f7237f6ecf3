import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='起始日期')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('kind', models.CharField(choices=[('facility', '设施'), ('venue', '场地'), ('course', '课程'), ('teacher', '师资'), ('discount', '折扣'), ('canteen', '食堂'), ('parking', '车位'), ('service', '服务'), ('other', '其他')], max_length=10, verbose_name='类型')),
                ('beneficiaries', models.CharField(blank=True, default='', max_length=80, verbose_name='服务对象')),
                ('place', models.CharField(blank=True, default='', max_length=120, verbose_name='地点')),
                ('schedule', models.CharField(blank=True, default='', max_length=80, verbose_name='时间')),
                ('monthly_quota', models.PositiveIntegerField(blank=True, null=True, verbose_name='每月名额')),
                ('terms', models.CharField(blank=True, default='', max_length=200, verbose_name='使用条件')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='members.enterprise', verbose_name='共享企业')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='members.unit', verbose_name='片区')),
            ],
            options={
                'verbose_name': '工享资源',
                'verbose_name_plural': '工享资源',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['facility', 'venue', 'course', 'teacher', 'discount', 'canteen', 'parking', 'service', 'other'])), name='resources_offer_kind_known', violation_error_message='这个取值不在允许的范围内。'), models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='resources_offer_days', violation_error_message='结束日期不能早于开始日期。')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lng', models.FloatField(blank=True, null=True, verbose_name='经度（WGS-84）')),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='纬度（WGS-84）')),
                ('original_x', models.FloatField(blank=True, null=True, verbose_name='原始坐标 X')),
                ('original_y', models.FloatField(blank=True, null=True, verbose_name='原始坐标 Y')),
                ('original_crs', models.CharField(blank=True, choices=[('wgs84', 'WGS-84'), ('gcj02', 'GCJ-02（高德、腾讯）'), ('bd09', 'BD-09（百度）'), ('cgcs2000', 'CGCS2000')], default='', max_length=10, verbose_name='原始坐标系')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('kind', models.CharField(choices=[('outdoor_station', '户外劳动者驿站'), ('mothers_room', '妈咪暖心小屋'), ('reading_room', '职工书屋'), ('live_stream_room', '爱心直播间'), ('night_school', '职工夜校'), ('counselling_room', '心理驿站'), ('legal_aid', '法律援助与调解室'), ('childcare', '爱心托管班'), ('gym', '健身活动室'), ('exhibition', '展陈区'), ('drivers_home', '司机之家')], max_length=20, verbose_name='类型')),
                ('zone', models.CharField(blank=True, default='', max_length=20, verbose_name='功能区')),
                ('address', models.CharField(blank=True, default='', max_length=200, verbose_name='地址')),
                ('phone', models.CharField(blank=True, default='', max_length=20, verbose_name='电话')),
                ('area_m2', models.PositiveIntegerField(blank=True, null=True, verbose_name='面积（平方米）')),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='容量（人）')),
                ('opening_hours', models.CharField(blank=True, default='', max_length=80, verbose_name='开放时间')),
                ('facilities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, verbose_name='设施')),
                ('state', models.CharField(choices=[('open', '开放'), ('repair', '检修'), ('closed', '停用')], default='open', max_length=8, verbose_name='状态')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='members.unit', verbose_name='片区')),
            ],
            options={
                'verbose_name': '阵地',
                'verbose_name_plural': '阵地',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['outdoor_station', 'mothers_room', 'reading_room', 'live_stream_room', 'night_school', 'counselling_room', 'legal_aid', 'childcare', 'gym', 'exhibition', 'drivers_home'])), name='resources_post_kind_known', violation_error_message='这个取值不在允许的范围内。'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'repair', 'closed'])), name='resources_post_state_known', violation_error_message='这个取值不在允许的范围内。'), models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lng__isnull', True)), models.Q(('lat__isnull', False), ('lat__range', (-90, 90)), ('lng__isnull', False), ('lng__range', (-180, 180))), _connector='OR'), name='resources_post_point', violation_error_message='经度和纬度须同时填写，且在有效范围内。')],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='起始日期')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='代码')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('kind', models.CharField(choices=[('training', '技能培训'), ('culture', '文体活动'), ('health', '健康关爱'), ('legal', '法律服务'), ('counselling', '心理服务'), ('family', '家庭与托管'), ('matchmaking', '公益红娘'), ('hardship', '困难帮扶'), ('employment', '就业服务'), ('discount', '普惠优惠')], max_length=12, verbose_name='类型')),
                ('target_group', models.CharField(blank=True, default='', max_length=80, verbose_name='服务对象')),
                ('content', models.CharField(blank=True, default='', max_length=400, verbose_name='内容')),
                ('place', models.CharField(blank=True, default='', max_length=120, verbose_name='地点')),
                ('quota', models.PositiveIntegerField(blank=True, null=True, verbose_name='名额')),
                ('budget_fen', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='预算（分）')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='members.unit', verbose_name='片区')),
            ],
            options={
                'verbose_name': '工惠项目',
                'verbose_name_plural': '工惠项目',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['training', 'culture', 'health', 'legal', 'counselling', 'family', 'matchmaking', 'hardship', 'employment', 'discount'])), name='resources_programme_kind_known', violation_error_message='这个取值不在允许的范围内。'), models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='resources_programme_days', violation_error_message='结束日期不能早于开始日期。')],
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('kind', models.CharField(choices=[('facility', '设施'), ('venue', '场地'), ('course', '课程'), ('teacher', '师资'), ('discount', '折扣'), ('canteen', '食堂'), ('parking', '车位'), ('service', '服务'), ('other', '其他')], max_length=10, verbose_name='类型')),
                ('state', models.CharField(choices=[('open', '待匹配'), ('matched', '已匹配'), ('met', '已满足'), ('withdrawn', '已撤回')], default='open', max_length=10, verbose_name='状态')),
                ('wanted_from', models.DateField(blank=True, null=True, verbose_name='希望开始')),
                ('wanted_to', models.DateField(blank=True, null=True, verbose_name='希望结束')),
                ('created_at', models.DateTimeField(verbose_name='登记时间')),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='members.enterprise', verbose_name='企业')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='members.unit', verbose_name='片区')),
            ],
            options={
                'verbose_name': '资源需求',
                'verbose_name_plural': '资源需求',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['facility', 'venue', 'course', 'teacher', 'discount', 'canteen', 'parking', 'service', 'other'])), name='resources_wish_kind_known', violation_error_message='这个取值不在允许的范围内。'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'matched', 'met', 'withdrawn'])), name='resources_wish_state_known', violation_error_message='这个取值不在允许的范围内。'), models.CheckConstraint(condition=models.Q(('wanted_to__isnull', True), ('wanted_to__gte', models.F('wanted_from')), _connector='OR'), name='resources_wish_days', violation_error_message='结束日期不能早于开始日期。')],
            },
        ),
    ]
