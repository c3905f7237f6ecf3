from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0002_handling_and_completion"),
    ]

    operations = [
        migrations.AddField(
            model_name="request",
            name="employer_is_settled",
            field=models.BooleanField(default=False, verbose_name="用人单位已认定"),
        ),
    ]
