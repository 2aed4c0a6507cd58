"""The PyPI client `xurrent`, unchanged, against the server."""

import logging

import pytest
import requests
from xurrent.core import XurrentApiHelper
from xurrent.people import Person
from xurrent.requests import CompletionReason, PredefinedFilter, Request, RequestCategory
from xurrent.teams import Team


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def demo(request, start_demo):
    """The client sees no difference between the engines."""
    if request.param == "sqlite":
        return start_demo("--rate-limit", "off")
    return start_demo("--rate-limit", "off", database=request.getfixturevalue("cluster").create_database("demo"))


def connect(demo, name="Howard Tanner", account=None):
    # A logger of its own: the client's would be the root logger.
    return XurrentApiHelper(
        base_url=f"{demo.server.origin}/v1", api_key=demo.tokens[name], api_account=account or demo.accounts[name],
        resolve_user=True, logger=logging.getLogger("xurrent"))


@pytest.fixture
def howard(demo):
    return connect(demo)


@pytest.fixture
def ellen(demo):
    return connect(demo, "Ellen Brown")


@pytest.fixture
def request_of_ellen(ellen):
    return Request.create(ellen, {"subject": "The projector flickers", "category": "incident", "impact": "medium"})


def test_connecting_resolves_the_person_and_her_teams(howard):
    assert isinstance(howard.api_user, Person)
    assert howard.api_user.name == "Howard Tanner"
    assert [team.name for team in howard.api_user_teams] == ["Service Desk"]
    assert all(isinstance(team, Team) for team in howard.api_user_teams)


def test_connecting_with_an_account_that_is_not_hers_fails(demo):
    with pytest.raises(requests.HTTPError) as refused:
        connect(demo, "Howard Tanner", "pro-product")
    assert refused.value.response.status_code == 403


def test_a_list_of_more_than_a_page_is_read_to_its_end(howard):
    for number in range(105):
        howard.api_call("/requests", "POST", {"subject": f"One of many {number}", "category": "other"})
    found = Request.get_requests(howard)
    assert len(found) > 100
    assert len({request.id for request in found}) == len(found)
    assert {f"One of many {number}" for number in range(105)} <= {request.subject for request in found}


def test_predefined_filters(howard, request_of_ellen):
    opened = Request.get_requests(howard, "open")
    assert opened and all(request.status != "completed" for request in opened)
    assert request_of_ellen.id in [request.id for request in opened]
    completed = Request.get_requests(howard, PredefinedFilter.completed)
    assert completed and all(request.status == "completed" for request in completed)
    with pytest.raises(requests.HTTPError) as refused:
        Request.get_requests(howard, "no_such_filter")
    assert refused.value.response.status_code == 404


def test_query_filters(howard, request_of_ellen):
    found = Request.get_requests(howard, queryfilter={"subject": request_of_ellen.subject, "status": "assigned"})
    assert request_of_ellen.id in [request.id for request in found]
    assert {request.subject for request in found} == {request_of_ellen.subject}
    narrowed = Request.get_requests(howard, "open", {"id": request_of_ellen.id})
    assert [request.id for request in narrowed] == [request_of_ellen.id]
    assert Request.get_requests(howard, "completed", {"id": request_of_ellen.id}) == []
    with pytest.raises(requests.HTTPError) as refused:
        Request.get_requests(howard, queryfilter={"no_such_field": 1})
    assert refused.value.response.status_code == 400


def test_a_request_is_created_read_and_updated(ellen, request_of_ellen):
    assert request_of_ellen.status == "assigned"
    assert request_of_ellen.category is RequestCategory.incident
    assert request_of_ellen.created_by.id == ellen.api_user.id
    updated = request_of_ellen.update({"subject": "The projector is dead", "status": "in_progress", "impact": "high"})
    assert (updated.subject, updated.status, updated.impact) == ("The projector is dead", "in_progress", "high")
    read = Request.get_by_id(ellen, request_of_ellen.id)
    assert read.to_dict() == updated.to_dict()
    by_id = Request.update_by_id(ellen, request_of_ellen.id, {"category": "rfi"})
    assert by_id.category is RequestCategory.rfi


def test_a_request_is_closed(ellen, request_of_ellen):
    team = ellen.api_user_teams[0].id
    closed = request_of_ellen.close(
        note="The lamp was replaced.", completion_reason=CompletionReason.workaround, member_id=ellen.api_user.id,
        team_id=team)
    assert (closed.status, closed.completion_reason) == ("completed", "workaround")
    assert closed.completed_at
    assert (closed.member.id, closed.team.id) == (ellen.api_user.id, team)
    assert [note["text"] for note in closed.get_notes()] == ["The lamp was replaced."]
    assert closed.id in [request.id for request in Request.get_requests(ellen, "completed")]


def test_closing_without_member_and_team_takes_the_callers_own(ellen, request_of_ellen):
    closed = request_of_ellen.close()
    assert (closed.member.id, closed.team.id) == (ellen.api_user.id, ellen.api_user_teams[0].id)


def test_notes_are_added_and_read(howard, request_of_ellen):
    request = Request.get_by_id(howard, request_of_ellen.id)
    first = request.add_note("Seen it, too.")
    second = request.add_note({"text": "It is the lamp.", "internal": True})
    assert first["id"] != second["id"]
    assert [note["text"] for note in request.get_notes()] == ["Seen it, too.", "It is the lamp."]
    assert [note["text"] for note in request.get_notes("public")] == ["Seen it, too."]
    assert [note["text"] for note in request.get_notes("internal")] == ["It is the lamp."]
    note = request.get_note_by_id(second["id"])
    assert (note["text"], note["internal"], note["person"]["name"]) == ("It is the lamp.", True, "Howard Tanner")


def test_internal_notes_are_hidden_from_end_users(demo, howard):
    tom = connect(demo, "Tom Waters")
    request = Request.create(tom, {"subject": "My screen is dark", "category": "incident", "impact": "low"})
    Request.get_by_id(howard, request.id).add_note({"text": "Again?", "internal": True})
    assert request.get_notes() == []


def test_an_administrator_archives_trashes_and_restores(howard, request_of_ellen):
    request = Request.get_by_id(howard, request_of_ellen.id)
    with pytest.raises(requests.HTTPError) as refused:
        request.archive()
    assert refused.value.response.status_code == 422
    request.close(member_id=howard.api_user.id, team_id=howard.api_user_teams[0].id)

    def is_listed():
        return request.id in [found.id for found in Request.get_requests(howard)]

    assert is_listed()
    assert request.archive().id == request.id
    assert not is_listed()
    assert request.restore().id == request.id
    assert is_listed()
    assert request.trash().id == request.id
    assert not is_listed()
    assert request.restore().id == request.id
    assert is_listed()


def test_close_and_trash_in_one_go(howard, request_of_ellen):
    request = Request.get_by_id(howard, request_of_ellen.id)
    assert request.close_and_trash().id == request.id
    assert request.id not in [found.id for found in Request.get_requests(howard)]


def test_who_may_not_archive_is_refused(ellen, request_of_ellen):
    closed = request_of_ellen.close()
    with pytest.raises(requests.HTTPError) as refused:
        closed.archive()
    assert refused.value.response.status_code == 403
    assert Request.get_by_id(ellen, closed.id).status == "completed"


def test_people(howard):
    created = Person.create(howard, {"name": "Ada Stone", "primary_email": "ada.stone@widget.example"})
    read = Person.get_by_id(howard, created.id)
    assert (read.name, read.primary_email, read.disabled) == ("Ada Stone", "ada.stone@widget.example", False)
    assert created.id in [person.id for person in Person.get_people(howard, "enabled")]
    assert [person.id for person in Person.get_people(howard, queryfilter={"name": "Ada Stone"})] == [created.id]
    # `Person.update` of this client fails by itself after the call (it names a class that it does not have).
    howard.api_call(f"/people/{created.id}", "PATCH", {"disabled": "true", "name": "Ada Stone (left)"})
    assert [person.name for person in Person.get_people(howard, "disabled")] == ["Ada Stone (left)"]
    assert created.id not in [person.id for person in Person.get_people(howard, "enabled")]


def test_teams(howard, ellen):
    created = Team.create(howard, {"name": "Facilities", "manager_id": howard.api_user.id})
    assert created.manager["name"] == "Howard Tanner"
    howard.api_call(f"/teams/{created.id}/members/{ellen.api_user.id}", "POST")
    assert [person.name for person in created.get_members()] == ["Ellen Brown"]
    assert "Facilities" in [team.name for team in Person.get_by_id(howard, ellen.api_user.id).get_teams()]
    assert created.disable(postfix=" (closed)").name == "Facilities (closed)"
    assert [team.id for team in Team.get_teams(howard, "disabled")] == [created.id]
    assert Team.get_by_id(howard, created.id).enable("Facilities").disabled is False
    assert created.id in [team.id for team in Team.get_teams(howard, queryfilter={"name": "Facilities"})]


def test_a_validation_error_surfaces_with_its_fields(howard):
    with pytest.raises(requests.HTTPError) as refused:
        Request.create(howard, {"category": "incident"})
    response = refused.value.response
    assert response.status_code == 422
    assert response.json()["message"] == "Validation Failed"
    assert "subject" in [field for field, _ in response.json()["errors"]]


def test_a_missing_record_surfaces_as_not_found(howard):
    with pytest.raises(requests.HTTPError) as refused:
        Request.get_by_id(howard, 2_000_000_000)
    assert refused.value.response.status_code == 404


def test_calls_beyond_the_rate_limit_succeed_after_waiting(start_demo, caplog):
    helper = connect(start_demo())
    for _ in range(30):
        assert Person.get_me(helper).name == "Howard Tanner"
    assert "Rate limit reached" in caplog.text
