"""Files on notes and records: put there by their keys, shown to those who see the record, taken off."""

import pytest

from attachments import Desk, Answer, connected, file_part, form, head
from steward import PATIENCE

CONTENT = b"Hello, world!\n"


@pytest.fixture(scope="module")
def desk(start_demo):
    return Desk(start_demo("--rate-limit", "off"))


@pytest.fixture(scope="module")
def howard(desk):
    return desk.client()


@pytest.fixture(scope="module")
def tom(desk):
    return desk.client("Tom Waters")


def notes(client, request):
    answer = client.get(f"/requests/{request}/notes")
    assert answer.status_code == 200, answer.text
    return answer.json()


def files(client, request):
    answer = client.get(f"/requests/{request}/note_attachments")
    assert answer.status_code == 200, answer.text
    return answer.json()


def is_refused(answer, field):
    """Checks that a call was refused because of one field."""
    assert answer.status_code == 422, answer.text
    assert answer.json()["message"] == "Validation Failed"
    assert [name for name, _ in answer.json()["errors"]] == [field]


class TestNotes:
    def test_take_files_with_a_new_request(self, desk, howard):
        keys = [desk.upload(CONTENT, "a.txt"), desk.upload(CONTENT * 2, "b.csv")]
        request = desk.request(
            note="Two files.", note_attachments=[{"key": keys[0]}, {"key": keys[1], "filesize": "28"}])
        note, = notes(howard, request)
        assert (note["text"], note["internal"]) == ("Two files.", False)
        assert [file["key"] for file in note["attachments"]] == keys
        for file, name, size in zip(note["attachments"], ["a.txt", "b.csv"], [14, 28]):
            assert set(file) == {"id", "name", "key", "uri", "inline", "size", "created_at"}
            assert (file["name"], file["size"], file["inline"]) == (name, size, False)
            assert file["uri"].startswith(f"{desk.server.origin}/storage/attachments/")

    def test_take_files_with_an_update_of_a_request(self, desk, howard):
        request, key = desk.request(), desk.upload()
        answer = howard.patch(
            f"/requests/{request}", {"note": "Here.", "note_attachments": [{"key": key, "filesize": len(CONTENT)}]})
        assert answer.status_code == 200, answer.text
        assert [[file["key"] for file in note["attachments"]] for note in notes(howard, request)] == [[key]]

    def test_take_files_of_their_own(self, desk, howard):
        request, key = desk.request(), desk.upload()
        added = howard.post(f"/requests/{request}/notes", {"text": "Here.", "attachments": [{"key": key}]})
        assert added.status_code == 201, added.text
        note, = notes(howard, request)
        assert (note["id"], [file["key"] for file in note["attachments"]]) == (added.json()["id"], [key])

    def test_of_both_kinds_take_files_in_one_call(self, desk, howard):
        key, inner = desk.upload(), desk.upload()
        request = desk.request(
            note="For all.", note_attachments=[{"key": key}], internal_note="For us.",
            internal_note_attachments=[{"key": inner}])
        assert {
            (note["text"], note["internal"], *[file["key"] for file in note["attachments"]])
            for note in notes(howard, request)
        } == {("For all.", False, key), ("For us.", True, inner)}

    def test_show_files_in_their_text_which_stays_as_it_was_sent(self, desk, howard):
        key, other = desk.upload(filename="a b.png"), desk.upload(filename="ü.png")
        text = (
            f"# See\r\n\r\n![]({key}) and ![ ]( {other} ), not ![](attachments/5/x)\n"
            "<b>&amp;</b> [note_attachments: 0]")
        request = desk.request(
            note=text, note_attachments=[{"key": key, "inline": True}, {"key": other, "inline": "true"}])
        note, = notes(howard, request)
        assert note["text"] == text
        assert [(file["key"], file["inline"]) for file in note["attachments"]] == [(key, True), (other, True)]

    def test_without_files_say_so(self, desk, howard):
        for none in [], None, "":
            request = desk.request(note="Nothing here.", note_attachments=none)
            note, = notes(howard, request)
            assert note["attachments"] == []
            assert files(howard, request) == []

    def test_take_a_file_once_however_often_it_is_named(self, desk, howard):
        key = desk.upload()
        request = desk.request(note="Twice.", note_attachments=[{"key": key}, {"key": key}])
        assert [file["key"] for file in files(howard, request)] == [key]

    def test_and_requests_may_share_a_file(self, desk, howard):
        key = desk.upload()
        first, second = desk.note(key), desk.note(key)
        assert first[0]["id"] != second[0]["id"]
        assert first[0]["uri"] == second[0]["uri"]

    def test_take_files_that_a_colleague_uploaded(self, desk, tom):
        key = desk.upload()
        request = desk.request("Tom Waters", note="Of Howard's.", note_attachments=[{"key": key}])
        assert [file["key"] for file in files(tom, request)] == [key]

    def test_of_an_account_take_files_that_a_guest_uploads_there(self, desk, howard):
        frank = desk.client("Frank Watson", "wna")
        wifi = howard.get("/requests?subject=No wireless network in the meeting rooms").json()[0]["id"]
        key = desk.upload(name="Frank Watson", account="wna")
        assert key.split("/")[1] == desk.upload().split("/")[1] != desk.upload(name="Frank Watson").split("/")[1]
        added = frank.post(f"/requests/{wifi}/notes", {"text": "From afar.", "attachments": [{"key": key}]})
        assert added.status_code == 201, added.text
        assert key in [file["key"] for file in files(howard, wifi)]

    @pytest.mark.parametrize("rating", ["satisfied", "dissatisfied"])
    def test_that_come_with_a_rating_take_files(self, desk, howard, tom, rating):
        key, request = desk.upload(name="Tom Waters"), desk.request("Tom Waters")
        me = howard.get("/me").json()["id"]
        done = howard.patch(
            f"/requests/{request}",
            {"status": "completed", "completion_reason": "solved", "member_id": me, "note": "Done."})
        assert done.status_code == 200, done.text
        with desk.unchanged():
            is_refused(
                tom.post(f"/requests/{request}/{rating}", {"note": "See.", "note_attachments": [{"key": "x"}]}),
                "note_attachments")
        answer = tom.post(f"/requests/{request}/{rating}", {"note": "See.", "note_attachments": [{"key": key}]})
        assert answer.status_code in (200, 201, 204), answer.text
        assert [file["key"] for file in files(tom, request)] == [key]

    def test_take_as_many_files_as_the_description_says(self, desk, howard):
        schema = howard.description.document["paths"]["/v1/requests"]["post"]["requestBody"]["content"]
        schema = schema["application/json"]["schema"]
        if "$ref" in schema:
            schema = howard.description.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        most = schema["properties"]["note_attachments"]["maxItems"]
        assert most == 100
        storage = desk.storage()
        *keys, further = [desk.put(storage, b"%d" % number, f"{number}.txt").key for number in range(most + 1)]
        request = desk.request(note="A hundred.", note_attachments=[{"key": key} for key in keys])
        assert {file["key"] for file in howard.everything(f"/requests/{request}/note_attachments")} == set(keys)
        with desk.unchanged():
            is_refused(
                howard.post("/requests", {
                    "subject": "A", "category": "other", "note": "Too many.",
                    "note_attachments": [{"key": key} for key in [*keys, further]]}), "note_attachments")

    def test_with_files_but_no_text_are_refused(self, desk, howard):
        key, request = desk.upload(), desk.request()
        with desk.unchanged():
            for text in ({}, {"note": ""}, {"note": " \n"}, {"note": None}):
                is_refused(
                    howard.patch(f"/requests/{request}", {**text, "note_attachments": [{"key": key}]}), "note")
            is_refused(howard.post(f"/requests/{request}/notes", {"attachments": [{"key": key}]}), "text")

    def test_of_a_request_one_does_not_see_take_no_files(self, desk, tom):
        request, key = desk.request(), desk.upload(name="Tom Waters")
        with desk.unchanged():
            answer = tom.post(f"/requests/{request}/notes", {"text": "Hello?", "attachments": [{"key": key}]})
            assert answer.status_code == 404


class TestFilesOfNotes:
    def test_are_listed_page_by_page(self, desk, howard):
        keys = [desk.upload(filename=f"{number}.txt") for number in range(5)]
        request = desk.request(note="Some.", note_attachments=[{"key": key} for key in keys[:3]])
        added = howard.post(
            f"/requests/{request}/notes", {"text": "More.", "attachments": [{"key": key} for key in keys[3:]]})
        assert added.status_code == 201, added.text
        other = desk.request(note="Others'.", note_attachments=[{"key": desk.upload()}])
        listed = files(howard, request)
        assert sorted(file["key"] for file in listed) == sorted(keys)
        assert all(set(file) == {"id", "name", "key", "uri", "inline", "size", "created_at"} for file in listed)
        assert {file["id"] for file in listed}.isdisjoint(file["id"] for file in files(howard, other))
        paged, path = [], f"/requests/{request}/note_attachments?per_page=2"
        while path:
            page = howard.get(path)
            assert page.status_code == 200 and len(page.json()) <= 2
            paged += page.json()
            path = page.links["next"]["url"].removeprefix(howard.base) if "next" in page.links else None
        assert paged == listed

    def test_of_internal_notes_are_not_shown_to_end_users(self, desk, howard, tom):
        key = desk.upload(filename="a.txt")
        request = desk.request("Tom Waters", note="My files.", note_attachments=[{"key": key}])
        inner, there = desk.upload(b"secret", "secret.txt"), desk.upload(b"secret", "secret.txt")
        answer = howard.post(
            f"/requests/{request}/notes", {"text": "Ours.", "internal": True, "attachments": [{"key": inner}]})
        assert answer.status_code == 201, answer.text
        howard.patch(
            f"/requests/{request}", {"internal_note": "Ours.", "internal_note_attachments": [{"key": there}]})
        assert {file["name"] for file in files(howard, request)} == {"a.txt", "secret.txt"}
        assert [file["name"] for file in files(tom, request)] == ["a.txt"]
        for path in [f"/requests/{request}/note_attachments?per_page=1", f"/requests/{request}/notes",
                     f"/requests/{request}", f"/requests/{request}/audit"]:
            answer = tom.get(path)
            assert "secret" not in answer.text and inner not in answer.text
        # Nor is it told how many there are.
        headers = tom.get(f"/requests/{request}/note_attachments").headers
        assert headers.get("X-Pagination-Total-Entries") in (None, "1")

    def test_of_a_request_one_does_not_see_are_not_there(self, desk, tom):
        request = desk.request(note="Howard's.", note_attachments=[{"key": desk.upload()}])
        assert tom.get(f"/requests/{request}/note_attachments").status_code == 404
        assert tom.get("/requests/2000000000/note_attachments").status_code == 404
        assert desk.client("Frank Watson").get(f"/requests/{request}/note_attachments").status_code == 404

    def test_are_read_by_those_who_are_known(self, desk):
        request = desk.request(note="Howard's.", note_attachments=[{"key": desk.upload()}])
        stranger = desk.client()
        for headers in {"Authorization": None}, {"Authorization": "Bearer stwNobody"}:
            assert stranger.get(f"/requests/{request}/note_attachments", headers=headers).status_code == 401

    def test_of_an_end_user_are_no_internal_ones(self, desk, tom):
        key = desk.upload(name="Tom Waters")
        request = desk.request("Tom Waters")
        with desk.unchanged():
            for fields in ({"internal_note_attachments": [{"key": key}]},
                           {"internal_note": "Psst", "internal_note_attachments": [{"key": key}]}):
                for answer in (tom.post("/requests", {"subject": "A", "category": "other", **fields}),
                               tom.patch(f"/requests/{request}", fields)):
                    assert answer.status_code in (403, 422), answer.text
            answer = tom.post(
                f"/requests/{request}/notes", {"text": "Psst", "internal": True, "attachments": [{"key": key}]})
            assert answer.status_code == 403


RECORDS = {
    "people": ("information", {"primary_email": "{name}@widget.example"}),
    "teams": ("remarks", {}),
    "organizations": ("remarks", {}),
    "services": ("description", {"provider_id": 1}),
}


@pytest.fixture(params=RECORDS)
def kind(request):
    return request.param


class TestRecords:
    count = 0

    def make(self, howard, kind, **fields):
        TestRecords.count += 1
        name = f"Record{TestRecords.count}"
        further = {
            key: value.format(name=name) if isinstance(value, str) else value
            for key, value in RECORDS[kind][1].items()}
        answer = howard.post(f"/{kind}", {"name": name, **further, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"], answer.json()

    def change(self, howard, kind, record, **fields):
        answer = howard.patch(f"/{kind}/{record}", fields)
        assert answer.status_code == 200, answer.text
        assert howard.get(f"/{kind}/{record}").json() == answer.json()
        return answer.json()

    def test_take_files_when_they_are_made(self, desk, howard, kind):
        text = RECORDS[kind][0]
        key, other = desk.upload(filename="a.txt"), desk.upload(filename="b.txt")
        record, answer = self.make(howard, kind, **{
            text: f"See ![]({key}).", f"{text}_attachments": [{"key": key, "filesize": "14", "inline": True}],
            "custom_fields_attachments": [{"key": other}]})
        assert answer[text] == f"See ![]({key})."
        assert {(file["key"], file["inline"]) for file in answer["attachments"]} == {(key, True), (other, False)}
        # Aggregated, and therefore without ids.
        assert all(
            set(file) == {"name", "key", "uri", "inline", "size", "created_at"} for file in answer["attachments"])
        # What is sent is not what is shown.
        assert f"{text}_attachments" not in answer and "custom_fields_attachments" not in answer
        assert howard.get(f"/{kind}/{record}").json() == answer

    def test_take_files_and_lose_them(self, desk, howard, kind):
        text = RECORDS[kind][0]
        record, answer = self.make(howard, kind, **{text: "As it was."})
        assert answer["attachments"] == []
        key, other = desk.upload(filename="a.txt"), desk.upload(filename="b.txt")

        def change(*changes):
            answer = self.change(howard, kind, record, **{f"{text}_attachments": list(changes)})
            assert answer[text] == "As it was."
            return [(file["key"], file["inline"]) for file in answer["attachments"]]

        assert change({"key": key}) == [(key, False)]
        assert change({"key": other, "inline": True}) == [(key, False), (other, True)]
        # Sent again, a file is not added again; it may be shown in the text, or no longer.
        assert change({"key": key, "inline": True}, {"key": other}) == [(key, True), (other, False)]
        assert change() == [(key, True), (other, False)]
        assert change({"key": key, "_destroy": True}) == [(other, False)]
        # It is off this record; whoever has its address reads it until that is over.
        assert desk.content(key) == CONTENT
        assert change({"key": other, "_destroy": "true"}) == []

    def test_tell_of_files_in_their_history(self, desk, howard, kind):
        text = RECORDS[kind][0]
        record, _ = self.make(howard, kind)
        key, other = desk.upload(filename="a.txt"), desk.upload(filename="b.txt")
        field = f"{text}_attachments"
        for changes in [
            [{"key": key}, {"key": other}], [{"key": key, "_destroy": True}], [{"key": other, "_destroy": True}],
        ]:
            self.change(howard, kind, record, **{field: changes})
        *lines, made = howard.get(f"/{kind}/{record}/audit").json()
        assert field not in made["changes"]
        assert [(line["action"], line["changes"], line["created_by"]["name"]) for line in lines] == [
            ("update", {field: [["b.txt"], None]}, "Howard Tanner"),
            ("update", {field: [["a.txt", "b.txt"], ["b.txt"]]}, "Howard Tanner"),
            ("update", {field: [None, ["a.txt", "b.txt"]]}, "Howard Tanner"),
        ]

    def test_tell_in_their_history_that_a_text_shows_a_file(self, desk, howard, kind):
        text = RECORDS[kind][0]
        record, _ = self.make(howard, kind)
        key, field = desk.upload(filename="a.txt"), f"{text}_attachments"
        for inline in True, False:
            self.change(howard, kind, record, **{field: [{"key": key, "inline": inline}]})
        *lines, _ = howard.get(f"/{kind}/{record}/audit").json()
        assert [line["changes"] for line in lines] == [
            {field: [["a.txt (inline)"], ["a.txt"]]}, {field: [None, ["a.txt (inline)"]]}]

    def test_are_as_they_were_when_nothing_changes(self, desk, howard, kind):
        text = RECORDS[kind][0]
        key = desk.upload()
        record, answer = self.make(howard, kind, **{f"{text}_attachments": [{"key": key}]})
        with desk.unchanged():
            for changes in [], [{"key": key}], [{"key": key}, {"key": key, "filesize": 14}]:
                assert self.change(howard, kind, record, **{f"{text}_attachments": changes}) == answer

    def test_keep_a_file_that_is_taken_off_and_put_back_in_one_call(self, desk, howard, kind):
        text = RECORDS[kind][0]
        key = desk.upload()
        record, _ = self.make(howard, kind, **{f"{text}_attachments": [{"key": key}]})
        answer = self.change(
            howard, kind, record, **{f"{text}_attachments": [{"key": key, "_destroy": True}, {"key": key}]})
        assert [file["key"] for file in answer["attachments"]] == [key]

    def test_lose_no_file_that_is_not_on_that_field(self, desk, howard, kind):
        text = RECORDS[kind][0]
        key, other, never = desk.upload(), desk.upload(), desk.upload()
        record, before = self.make(
            howard, kind, **{f"{text}_attachments": [{"key": key}], "custom_fields_attachments": [{"key": other}]})
        with desk.unchanged():
            for changes in [
                [{"key": other, "_destroy": True}], [{"key": never, "_destroy": True}],
                [{"key": "nothing", "_destroy": True}], [{"key": key, "_destroy": True}] * 2,
                [{"key": never}, {"key": never, "_destroy": True}], [{"key": "../..", "_destroy": True}],
            ]:
                is_refused(
                    howard.patch(f"/{kind}/{record}", {f"{text}_attachments": changes, "name": "Other"}),
                    f"{text}_attachments")
        assert howard.get(f"/{kind}/{record}").json() == before

    def test_show_files_in_lists_that_ask_for_them(self, desk, howard, kind):
        text = RECORDS[kind][0]
        key = desk.upload()
        record, answer = self.make(howard, kind, **{f"{text}_attachments": [{"key": key}]})
        bare, _ = self.make(howard, kind)
        assert all("attachments" not in row for row in howard.everything(f"/{kind}"))
        listed = {row["id"]: row["attachments"] for row in howard.everything(f"/{kind}?fields=id,attachments")}
        assert listed[record] == answer["attachments"] and listed[bare] == []

    def test_may_not_be_changed_by_an_end_user(self, desk, howard, tom, kind):
        text = RECORDS[kind][0]
        record, _ = self.make(howard, kind)
        key = desk.upload(name="Tom Waters")
        with desk.unchanged():
            answer = tom.patch(f"/{kind}/{record}", {f"{text}_attachments": [{"key": key}]})
            assert answer.status_code in (403, 404), answer.text


def test_the_custom_fields_of_a_request_take_files(desk, howard):
    key = desk.upload()
    request = desk.request(custom_fields_attachments=[{"key": key, "inline": True}])
    record = howard.get(f"/requests/{request}").json()
    file, = record["attachments"]
    assert (file["key"], file["inline"], "id" in file) == (key, True, False)
    # They are no note's.
    assert files(howard, request) == []
    answer = howard.patch(f"/requests/{request}", {"custom_fields_attachments": [{"key": key, "_destroy": True}]})
    assert (answer.status_code, answer.json()["attachments"]) == (200, [])
    changes = [line["changes"] for line in howard.get(f"/requests/{request}/audit").json()]
    assert {"custom_fields_attachments": [["hello.txt (inline)"], None]} in changes


def no_keys(key):
    """What is not the key of a stored file, though it looks much like one."""
    folder, _, name = key.rpartition("/")
    attachments, account, year, month, day, person, moment = folder.split("/")
    seconds, _, chance = moment.partition("-")
    return {
        "a word": "nothing",
        "nothing but dots": "..",
        "up and up": "../..",
        "up within": f"attachments/../{key}",
        "up and into": "attachments/../x",
        "up and back": f"{folder}/../{moment}/{name}",
        "up out of the folder": "../" * 12 + "etc/passwd",
        "here": f"{folder}/./{name}",
        "absolute": f"/{key}",
        "absolute elsewhere": "/etc/passwd",
        "two slashes": f"{folder}//{name}",
        "a slash at the end": f"{key}/",
        "backslashes": key.replace("/", "\\"),
        "backslashes up": "attachments\\..\\..\\x",
        "percent-encoded": key.replace("/", "%2F"),
        "percent-encoded up": "attachments/%2e%2e/%2e%2e/x",
        "percent-encoded name": f"{folder}/%68ello.txt",
        "encoded twice": "attachments/%252e%252e/x",
        "nul": f"{key}\0",
        "nul within": f"{folder}/\0/{name}",
        "a line break": f"{key}\n",
        "a space": f"{key} ",
        "a space before": f" {key}",
        "upper case": key.upper(),
        "folder": folder,
        "folder of the day": f"attachments/{account}/{year}/{month}/{day}",
        "template": f"{folder}/${{filename}}",
        "another name": f"{folder}/other.txt",
        "another account": key.replace(f"attachments/{account}/", f"attachments/{int(account) + 1}/", 1),
        "a zero before the account": key.replace(f"attachments/{account}/", f"attachments/0{account}/", 1),
        "another person": f"attachments/{account}/{year}/{month}/{day}/{int(person) + 1}/{moment}/{name}",
        "another day": f"attachments/{account}/{year}/{month}/{int(day) % 28 + 1:02}/{person}/{moment}/{name}",
        "another chance": f"{folder[:-32]}{chance[::-1]}/{name}",
        "another moment": key.replace(f"{seconds}-", f"{float(seconds) + 1:.6f}-"),
        "a namesake": f"{folder}/2/{name}",
        "below the file": f"{key}/{name}",
        "an address": f"http://127.0.0.1/storage/{key}",
        "in files": f"files/{key}",
        "in incoming": f"../incoming/{name}",
        "long": f"{folder}/{'x' * 256}",
        "very long": f"{folder}/{'x/' * 600}{name}",
        "a surrogate's place": f"{folder}/\ufffd.txt",
        "empty": "",
    }


@pytest.mark.parametrize("what", no_keys("attachments/1/2026/01/01/1/1.000000-" + "0" * 32 + "/hello.txt"))
def test_what_is_no_key_is_refused_and_nothing_changes(desk, howard, what):
    key, request = desk.upload(), desk.request()
    wrong = no_keys(key)[what]
    with desk.unchanged():
        body = {"subject": "A", "category": "other", "note": "A", "note_attachments": [{"key": key}, {"key": wrong}]}
        is_refused(howard.post("/requests", body), "note_attachments")
        is_refused(howard.patch(f"/requests/{request}", body), "note_attachments")
        fields = {"key": wrong, "filesize": 14, "inline": True}
        is_refused(howard.post(f"/requests/{request}/notes", {"text": "A", "attachments": [fields]}), "attachments")
        is_refused(howard.patch("/people/2", {"information_attachments": [fields]}), "information_attachments")
    assert desk.note(key), "the key itself is as good as before"


@pytest.mark.parametrize(
    "shape",
    ["attachments/1/x", "[]", 5, 1.5, True, {"key": "x"}, {}, ["x"], [5], [None], [[]], [{}], [{"key": None}],
     [{"key": 5}], [{"key": ["x"]}], [{"filesize": 14}], [[{"key": "x"}]]],
    ids=repr)
def test_what_is_no_list_of_keys_is_refused_and_nothing_changes(desk, howard, shape):
    request = desk.request()
    with desk.unchanged():
        body = {"subject": "A", "category": "other", "note": "A", "note_attachments": shape}
        is_refused(howard.post("/requests", body), "note_attachments")
        is_refused(howard.post(f"/requests/{request}/notes", {"text": "A", "attachments": shape}), "attachments")
        is_refused(howard.patch("/people/2", {"information_attachments": shape}), "information_attachments")


@pytest.mark.parametrize(
    "further", [{"inline": {}}, {"inline": [True]}, {"_destroy": {}}, {"_destroy": [1]}], ids=repr)
def test_what_is_neither_true_nor_false_is_refused_as_elsewhere(desk, howard, further):
    key = desk.upload()
    with desk.unchanged():
        is_refused(howard.patch("/people/2", {"vip": next(iter(further.values()))}), "vip")
        is_refused(
            howard.patch("/people/2", {"information_attachments": [{"key": key, **further}]}),
            "information_attachments")


@pytest.mark.parametrize(
    "size", [13, 15, "13", 0, -1, -14, 14.5, "fourteen", "14 bytes", 2**63, 2**64, [], {}, True], ids=repr)
def test_a_wrong_size_is_refused_and_nothing_changes(desk, howard, size):
    key = desk.upload()
    with desk.unchanged():
        is_refused(
            howard.patch("/people/2", {"information_attachments": [{"key": key, "filesize": size}]}),
            "information_attachments")


@pytest.mark.parametrize("size", [14, "14", None, ""], ids=repr)
def test_the_right_size_or_none_is_taken(desk, howard, size):
    assert desk.request(note="A", note_attachments=[{"key": desk.upload(), "filesize": size}])


def test_a_key_is_good_once_the_file_is_whole(desk, howard):
    storage = desk.storage()
    key = f"{storage.folder}/hello.txt"
    body = form(*storage.parts(), file_part(CONTENT))
    note = {"subject": "A", "category": "other", "note": "A", "note_attachments": [{"key": key}]}
    with connected(desk.server) as connection:
        # All but the last dash.
        connection.sendall(head(len(body), desk.token()) + body[:-1])
        is_refused(howard.post("/requests", note), "note_attachments")
        assert key not in desk.stored()
        connection.sendall(body[-1:])
        answer = Answer(connection)
    assert (answer.status, answer.key) == (200, key)
    assert howard.post("/requests", note).status_code == 201


def test_a_key_of_another_account_is_refused(desk, howard):
    frank = desk.client("Frank Watson")
    theirs, ours = desk.upload(name="Frank Watson"), desk.upload()
    body = {"subject": "A", "category": "other", "note": "A"}
    with desk.unchanged():
        is_refused(howard.post("/requests", {**body, "note_attachments": [{"key": theirs}]}), "note_attachments")
        is_refused(frank.post("/requests", {**body, "note_attachments": [{"key": ours}]}), "note_attachments")
        # It is the account he works in that counts, not his own.
        there = desk.client("Frank Watson", "wna")
        wifi = howard.get("/requests?subject=No wireless network in the meeting rooms").json()[0]["id"]
        is_refused(
            there.post(f"/requests/{wifi}/notes", {"text": "A", "attachments": [{"key": theirs}]}), "attachments")
    assert frank.post("/requests", {**body, "note_attachments": [{"key": theirs}]}).status_code == 201


class TestNamesThatLookAlike:
    """Names that differ in their bytes are different files, though they are spelt the same (Unicode, UAX #15)."""

    composed, decomposed = "caf\u00e9.txt", "cafe\u0301.txt"

    def test_are_different_files(self, desk, howard):
        storage = desk.storage()
        sizes = {}
        for name, content in (self.composed, b"composed"), (self.decomposed, b"decomposed!"):
            key = desk.put(storage, content, name).key
            assert key.encode() == f"{storage.folder}/{name}".encode()
            sizes[key] = len(content)
        files = desk.note(*sizes)
        assert [(file["key"], file["size"]) for file in files] == list(sizes.items())
        for file in files:
            assert len(howard.session.get(file["uri"], timeout=PATIENCE).content) == file["size"]

    def test_do_not_stand_for_each_other(self, desk, howard):
        storage = desk.storage()
        key = desk.put(storage, b"composed", self.composed).key
        never = f"{storage.folder}/{self.decomposed}"
        with desk.unchanged():
            # Which of two fields is looked at first may be up to chance.
            for _ in range(8):
                answer = howard.post("/requests", {
                    "subject": "A", "category": "other", "note": "A", "note_attachments": [{"key": key}],
                    "internal_note": "B", "internal_note_attachments": [{"key": never}]})
                is_refused(answer, "internal_note_attachments")
            is_refused(
                howard.patch("/people/2", {"information_attachments": [{"key": key}, {"key": never}]}),
                "information_attachments")


def test_a_file_that_was_removed_from_the_folder_is_not_put_on_records(desk, howard):
    key = desk.upload()
    file, = desk.note(key)
    (desk.folder / "files" / key).unlink()
    with desk.unchanged():
        is_refused(
            howard.patch("/people/2", {"information_attachments": [{"key": key}]}), "information_attachments")
        assert howard.session.get(file["uri"], timeout=PATIENCE).status_code == 404
