"""The PyPI client `xurrent`, unchanged, reads and changes releases."""

import pytest
import requests
from xurrent.workflows import Workflow

from test_workflow_xurrent import company, connect, no_proxy  # noqa: F401


@pytest.fixture
def mark(company):  # noqa: F811
    return connect(company, "Mark Camillo")


@pytest.fixture
def howard(company):  # noqa: F811
    return connect(company, "Howard Tanner")


@pytest.fixture
def release(mark):
    return mark.api_call("/releases", "POST", {"subject": "Replace all switches", "note": "Floor by floor."})


@pytest.fixture
def workflow(company, mark):  # noqa: F811
    return Workflow.create(mark, {
        "subject": "Replace the core switch", "service_id": company[1].service, "category": "standard",
        "justification": "replacement"})


def test_the_demo_has_a_release_in_each_status(mark):
    found = {release["status"] for release in mark.api_call("/releases")}
    assert found >= {"registered", "in_progress", "progress_halted", "completed"}
    assert [release["status"] for release in mark.api_call("/releases/completed")] == ["completed"]
    assert {release["status"] for release in mark.api_call("/releases/open")} == found - {"completed"}


def test_a_long_list_is_walked_to_its_end(mark):
    made = [mark.api_call("/releases", "POST", {"subject": f"Number {number}"})["id"] for number in range(110)]
    found = [release["id"] for release in mark.api_call("/releases?per_page=100&subject=!Nothing")]
    assert set(made) <= set(found) and len(found) == len(set(found))
    assert found == sorted(found, reverse=True)


def test_a_workflow_is_linked_by_its_own_field_and_listed_below_the_release(mark, release, workflow):
    mark.api_call(f"/workflows/{workflow.id}", "PATCH", {"release_id": release["id"]})
    assert [entry["id"] for entry in mark.api_call(f"/releases/{release['id']}/workflows")] == [workflow.id]
    assert mark.api_call(f"/workflows/{workflow.id}")["release"]["id"] == release["id"]
    mark.api_call(f"/releases/{release['id']}/workflows/{workflow.id}", "DELETE")
    assert mark.api_call(f"/workflows/{workflow.id}")["release"] is None


def test_what_follows_is_seen_and_the_release_is_archived_trashed_and_restored(company, mark, howard, release, workflow):  # noqa: F811
    number = release["id"]
    task = workflow.create_task({
        "subject": "Do it", "category": "implementation", "team_id": company[1].team, "planned_duration": 30,
        "impact": "high"})
    mark.api_call(f"/releases/{number}/workflows/{workflow.id}", "POST", {})
    assert mark.api_call(f"/releases/{number}")["status"] == "in_progress"
    mark.api_call(f"/tasks/{task.id}", "PATCH", {"status": "completed"})
    done = mark.api_call(f"/releases/{number}")
    assert (done["status"], done["impact"], done["completion_reason"]) == ("completed", "high", "complete")
    for verb, mark_of_it in [("archive", "archived"), ("trash", "trashed")]:
        moved = howard.api_call(f"/releases/{number}/{verb}", "POST")
        assert (moved["id"], moved[mark_of_it]) == (number, "true")
        entry = howard.api_call(f"/{verb}?per_page=1")[0]
        assert (entry[mark_of_it], entry["release"]["id"]) == ("release", number)
        assert howard.api_call(f"/releases/{entry['release']['id']}/restore", "POST")["id"] == number
    assert number in [entry["id"] for entry in mark.api_call("/releases/completed")]
    with pytest.raises(requests.HTTPError) as refused:
        mark.api_call(f"/releases/{number}/archive", "POST")
    assert refused.value.response.status_code == 403


def test_a_value_that_is_wrong_is_named(mark):
    with pytest.raises(requests.HTTPError) as refused:
        mark.api_call("/releases", "POST", {"subject": ""})
    assert refused.value.response.json()["errors"] == [["subject", "Subject can't be blank"]]
