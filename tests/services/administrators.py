"""Administrators in front of the admin's pages."""

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from members.models import Account, Role, Unit
from tests.accounts.login import passed_second_factor
from tests.makers import make_account, make_role, make_unit


def logged_in(role: Role, *, unit: Unit | None = None) -> Client:
    """Return a client behind both factors, with the role at the unit or at a fresh station."""
    return logged_in_with({role: unit or make_unit()})


def logged_in_with(duties: dict[Role, Unit]) -> Client:
    """Return the client of one account with several duties."""
    account = make_account()
    for role, unit in duties.items():
        make_role(account=account, role=role, unit=unit)
    Account.objects.filter(pk=account.pk).update(is_staff=True)
    client = Client()
    passed_second_factor(client, account)
    return client


def page_of(model: type[Model], page: str, *args: object) -> str:
    """Return the address of one of the admin's pages of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def listed(client: Client, model: type[Model]) -> set[int]:
    """Return the ids of the rows that the list shows."""
    answer = client.get(page_of(model, "changelist"))
    assert answer.status_code == 200
    return {row.pk for row in answer.context["cl"].result_list}


def registered() -> "dict[str, ModelAdmin[Model]]":
    """Return every admin of the site by the label of its model."""
    return {model._meta.label: shown for model, shown in admin.site._registry.items()}
