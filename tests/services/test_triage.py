from members.workdays import SHANGHAI
from requests_app.catalogue.revision import revise_item, revise_row
from requests_app.catalogue.snapshot import item_terms
from requests_app.models import Item, Request, Rule, SearchRow
from requests_app.stages.routing.facts import gather_facts
from tests.services.test_due import run_machine
from tests.services.test_intake import register
from tests.town import MONDAY, Town

TODAY = MONDAY.astimezone(SHANGHAI).date()


def test_a_flag_of_a_rule_closes_the_search(town: Town) -> None:
    revise_row(
        Rule.objects.get(code="E02"),
        changes={"flags": ["medical"]},
        valid_from=TODAY,
        actor=None,
        now=MONDAY,
    )
    request_id = register(town).request_id
    run_machine(request_id)
    assert "medical" in Request.objects.get(pk=request_id).flags
    assert not SearchRow.objects.filter(request=request_id).exists()


def test_a_revised_item_still_counts_as_the_same(town: Town) -> None:
    run_machine(register(town).request_id)
    revise_item(
        Item.objects.get(code="WAGE-02", valid_to=None),
        changes={"label": "集体欠薪（修订）"},
        valid_from=TODAY,
        actor=None,
        now=MONDAY,
    )
    second = register(town, form_key="form-2").request_id
    run_machine(second)
    request = Request.objects.get(pk=second)
    assert Request.objects.values("item").distinct().count() == 2
    facts = gather_facts(request, item_terms(request.item_id), now=MONDAY)
    assert facts.repeat_30d == 2
