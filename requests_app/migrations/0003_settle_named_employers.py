"""Settle the employers that were named letter by letter or confirmed by a person before.

Repeatable. Whatever it leaves out stays closed to everybody with a tie until a person looks.
"""

from django.db import migrations
from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

CERTAIN = 0.95


def settle(apps, schema_editor):
    Request = apps.get_model("requests_app", "Request")
    Finding = apps.get_model("requests_app", "Finding")
    named = Finding.objects.alias(
        firm=Cast(KT("value__enterprise"), BigIntegerField())
    ).filter(
        Q(code="employer", value__score__gte=CERTAIN) | Q(confirmed_at__isnull=False),
        request=OuterRef("pk"),
        kind="enterprise",
        firm=OuterRef("enterprise_id"),
    )
    rows = Request.objects.filter(Exists(named), enterprise__isnull=False)
    rows.filter(employer_is_settled=False).update(employer_is_settled=True)


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0002_handling_and_completion"),
    ]

    operations = [
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]
