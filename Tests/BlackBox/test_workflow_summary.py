"""The summary that approvers get as a PDF, read with poppler's tools as people read it with theirs."""

import re
import sqlite3
import subprocess
import unicodedata

import pytest
import requests

from steward import PATIENCE, until
from workflows import Desk, download, ok, refused


@pytest.fixture(scope="module")
def desk(start_demo):
    demo = start_demo("--rate-limit", "off")
    desk = Desk.of_demo(demo)
    desk.demo = demo
    desk.people = {one["name"]: one["id"] for one in ok(desk.client.get("/people"))}
    return desk


class Summary:
    """A PDF file, and what it says."""

    def __init__(self, folder, content: bytes):
        self.path = folder / "summary.pdf"
        self.path.write_bytes(content)
        self.text = self.read("pdftotext", "-layout", "-enc", "UTF-8", self.path, "-")
        self.info = dict(re.findall(r"^(.*?): +(.*)$", self.read("pdfinfo", self.path), re.MULTILINE))
        self.pages = self.text.split("\f")[:-1]
        assert len(self.pages) == int(self.info["Pages"])

    @staticmethod
    def read(*command) -> str:
        done = subprocess.run([*map(str, command)], capture_output=True, timeout=PATIENCE)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return done.stdout.decode()

    @property
    def words(self) -> str:
        """All of it, with a single space wherever there is any; marks of direction are left out."""
        text = "".join(letter for letter in self.text if unicodedata.category(letter) != "Cf")
        return " ".join(unicodedata.normalize("NFKC", text).split())

    def fact(self, label: str) -> list[str]:
        """What stands beside a label, everywhere it does."""
        return re.findall(rf"^\f?{label} {{2,}}(.*?) *$", self.text, re.MULTILINE)

    def row(self, task: int) -> str:
        """The line on which the table names a task."""
        table = re.split(r"^\f?Tasks$", self.text, flags=re.MULTILINE)[-1]
        found = re.findall(rf"^ *{task} ?◂? {{2,}}\S.*$", table, re.MULTILINE)
        assert len(found) == 1, (task, self.text)
        return found[0]

    def marked(self) -> list[int]:
        """The tasks that are pointed at."""
        return [int(id) for id in re.findall(r"^ *(\d+) ?◂", self.text, re.MULTILINE)]

    def ink(self, page: int) -> list[list[bool]]:
        """Where a page is not white, in points from its top left."""
        name = self.path.with_suffix("")
        self.read("pdftoppm", "-r", 72, "-gray", "-f", page, "-l", page, "-singlefile", self.path, name)
        image = name.with_suffix(".pgm").read_bytes()
        head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", image)
        width = int(head[1])
        pixels = image[head.end():]
        return [[pixel < 160 for pixel in pixels[start:start + width]] for start in range(0, len(pixels), width)]


@pytest.fixture
def summarize(desk, tmp_path):
    """Asks somebody to approve a task that is assigned; answers the approval and what its summary says."""

    def summarize(task, person="Mark Camillo", **fields):
        approval, = desk.ask(task, desk.people[person] if isinstance(person, str) else person, **fields)
        return approval, Summary(tmp_path, download(approval))

    return summarize


def address(approval):
    return approval["attachment"]["uri"]


# MARK: When it is made, and for whom


def test_whoever_is_asked_while_the_task_is_assigned_has_the_summary_in_the_same_answer(desk, summarize):
    workflow = desk.workflow()
    task = desk.task(workflow, "approval")
    approval, summary = summarize(task)
    assert approval["status"] == "assigned"
    assert approval["attachment"]["name"] == f"workflow-{workflow}-summary-for-mark-camillo.pdf"
    assert ok(desk.client.get(f"/tasks/{task}/approvals/{approval['id']}"))["attachment"]["name"] == approval[
        "attachment"]["name"]
    assert summary.info["Title"] == "Replace the core switch"
    assert summary.info["Page size"].endswith("(A4)") and summary.info["Pages"] == "1"


def test_the_end_of_a_predecessor_brings_the_summaries_of_all_who_are_then_asked(desk):
    workflow = desk.workflow()
    first = desk.task(workflow)
    task = desk.task(workflow, "approval", predecessor_ids=[first])
    names = {"Mark Camillo": "mark-camillo", "Ellen Brown": "ellen-brown", "Tom Waters": "tom-waters"}
    asked = desk.ask(task, *(desk.people[name] for name in names))
    assert [(one["status"], one["attachment"]) for one in asked] == [("registered", None)] * 3
    desk.set(first, "completed")
    for approval, name in zip(desk.approvals(task), names.values()):
        assert approval["status"] == "assigned"
        assert approval["attachment"]["name"] == f"workflow-{workflow}-summary-for-{name}.pdf"
        download(approval)


def test_a_change_of_the_approver_brings_a_summary_of_her_own(desk):
    task = desk.task(desk.workflow(), "approval")
    approval, = desk.ask(task, desk.people["Mark Camillo"])
    changed = ok(desk.client.patch(
        f"/tasks/{task}/approvals/{approval['id']}", {"approver_id": desk.people["Ellen Brown"]}))
    assert changed["attachment"]["name"].endswith("-for-ellen-brown.pdf")
    download(changed)
    # The effort alone asks nobody anew.
    again = ok(desk.client.patch(f"/tasks/{task}/approvals/{approval['id']}", {"planned_effort": 5}))
    assert address(again).split("?")[0] == address(changed).split("?")[0]


@pytest.mark.parametrize("back", ["registered", "assigned"])
@pytest.mark.parametrize("answer", ["approved", "rejected"])
def test_who_is_asked_again_gets_another_file(desk, back, answer):
    task = desk.task(desk.workflow(), "approval")
    first, = desk.ask(task, desk.people["Mark Camillo"])
    desk.set(task, answer, member_id=desk.people["Mark Camillo"])
    decided, = desk.approvals(task)
    assert address(decided).split("?")[0] == address(first).split("?")[0], "what she decided by stays"
    # A registered task that waits for nothing is assigned at once.
    desk.set(task, back)
    second, = desk.approvals(task)
    assert second["status"] == "assigned"
    assert address(second).split("?")[0] != address(first).split("?")[0]
    assert download(second) != download(first) or second["attachment"]["size"] == first["attachment"]["size"]


def test_each_approver_reads_in_her_own_time(desk, summarize):
    task = desk.task(desk.workflow(), "approval", planned_duration=1440)
    person = desk.hire("Yoko Mori", time_zone="Tokyo")
    target = desk.read(task)["completion_target_at"]
    _, here = summarize(task, "Ellen Brown")
    _, there = summarize(task, person)
    assert here.fact("Completion target") == [target[:16].replace("T", " ")]
    assert there.fact("Completion target") != here.fact("Completion target")


# MARK: What it says


def shown(time):
    return time[:16].replace("T", " ")


def test_the_summary_tells_what_an_approver_has_to_know(desk, summarize):
    workflow = desk.workflow(
        subject="Replace the core switch in Dallas", category="emergency", justification="correction",
        start_at="2026-01-15T09:00:00-06:00", note="It fails **once a day**.\n\n- the old one: `WS-1`",
        custom_fields=[{"id": "budget", "value": 1200}, {"id": "sites", "value": ["Dallas", "Austin"]}])
    for number in range(2):
        text = f"Note {number + 1}.\n\nA second paragraph."
        ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": text}), 201)
    request = ok(desk.client.post("/requests", {
        "subject": "The network is slow", "category": "other", "requested_for_id": desk.people["Ellen Brown"]}), 201)
    ok(desk.client.post(f"/workflows/{workflow}/requests/{request['id']}", {}))
    phase = ok(desk.client.post(f"/workflows/{workflow}/phases", {"name": "Build phase"}), 201)["id"]
    check = desk.task(workflow, "risk_and_impact", subject="Check the risks", member_id=desk.people["Ellen Brown"],
                      planned_effort=30)
    build = desk.task(workflow, subject="Swap the switch", impact="high", planned_effort=90, planned_duration=45,
                      phase_id=phase, instructions="Pull the *old* one out first.")
    approve = desk.task(
        workflow, "approval", subject="Approve the swap", successor_ids=[build], predecessor_ids=[check],
        instructions="Read the plan before you answer.\nThen decide.", required_approvals=2)
    desk.ask(approve, desk.people["Howard Tanner"], desk.people["Tom Waters"], planned_effort=5)
    # It was assigned before anything was put before it.
    desk.set(build, "registered")
    desk.set(check, "completed", note="All can be *undone* within the hour.")
    desk.set(approve, "approved", member_id=desk.people["Tom Waters"], note="Fine by Tom.")
    approval, summary = summarize(approve, planned_effort=150)
    record = ok(desk.client.get(f"/workflows/{workflow}"))
    task, later = desk.read(approve), desk.read(build)

    assert summary.text.startswith("Replace the core switch in Dallas\n")
    assert f"Workflow {workflow}" in summary.words and "Widget North America" in summary.words
    assert "Times in Central Time (US & Canada)" in summary.words
    # Why, what is asked, and what to judge it by, in this order.
    heads = ["Why", "Your approval", "Workflow", "Requests", "Risk and impact", "Tasks", "How it is carried out", "Notes"]
    places = [re.search(rf"^{head}$", summary.text, re.MULTILINE) for head in heads]
    assert None not in places and places == sorted(places, key=lambda place: place.start())
    parts = [summary.text[one.end():two.start()] for one, two in zip(places, places[1:])]
    parts = dict(zip(heads, [*parts, summary.text[places[-1].end():]]))
    assert "It fails once a day." in parts["Why"] and re.search(r"• +the old one: WS-1", parts["Why"])
    assert "Read the plan before you answer.\nThen decide.\n" in parts["Your approval"]
    assert re.search(r"Tom Waters +Approved +\d{4}-", parts["Your approval"])
    assert "Fine by Tom." in parts["Your approval"]
    assert re.search(r"Mark Camillo +Open", parts["Your approval"])
    assert re.search(
        rf"^ *{request['id']} +The network is slow +Ellen Brown +Workflow", parts["Requests"].strip(), re.MULTILINE)
    assert "All can be undone within the hour." in parts["Risk and impact"]
    assert "Check the risks" in parts["Risk and impact"] and "Completed" in parts["Risk and impact"]
    assert "Swap the switch" in parts["How it is carried out"]
    assert "Pull the old one out first." in parts["How it is carried out"]
    facts = {
        "Manager": "Howard Tanner", "Service": "Company Network", "Status": "In progress", "Impact": "High",
        "Category": "Emergency", "Justification": "Correction", "Registered": shown(record["created_at"]),
        "Start": "2026-01-15 09:00", "Completion target": shown(record["completion_target_at"]),
        "Approver": "Mark Camillo", "Asked": shown(task["assigned_at"]),
        "Answer by": shown(task["completion_target_at"]), "Needed": "2 of the 3 who are asked must approve",
        "Answers": "1 approved, 0 rejected, 2 open", "budget": "1200", "sites": "Dallas, Austin"}
    assert {label: summary.fact(label) for label in facts} == {label: [value] for label, value in facts.items()}
    assert summary.fact("Planned effort") == ["2:30", "2:00"], "of this approval, and of the workflow"
    assert re.fullmatch(rf"{approve} +Approve the swap", summary.fact("Task")[0])

    table = parts["Tasks"]
    assert [table.index(summary.row(task)) for task in (check, approve, build)] == sorted(
        table.index(summary.row(task)) for task in (check, approve, build)), "in the order of the work"
    assert summary.marked() == [approve]
    for number, *words in [
        (check, "Check the risks", "Risk and", "Completed", "Service Desk:"),
        (approve, "Approve the swap", "Approval", "Assigned", "Service Desk:", shown(task["assigned_at"])),
        (build, "Swap the switch", "Registered", "Service Desk", shown(later["anticipated_assignment_at"])),
    ]:
        row = summary.row(number)
        assert all(part in row for part in words), row
    # Names and more may run over several lines of their cell.
    assert {"Ellen", "Howard", "Mark"} <= set(re.findall(r"\w+", table))
    words = " ".join(table.split())
    for part in ["Phase: Build", f"After {check}", f"After {approve}", "0:45, forecast", "Impact: high", "1:00"]:
        assert part in words, part
    assert summary.words.index("Note 1. A second paragraph.") < summary.words.index("Note 2. A second paragraph.")
    assert re.search(r"Summary for Mark Camillo, \d{4}-\d\d-\d\d \d\d:\d\d +(\d)/\1\s*$", summary.text)


def test_a_summary_of_little_is_a_page(desk, summarize):
    _, summary = summarize(desk.task(desk.workflow(), "approval"))
    assert len(summary.pages) == 1
    assert summary.fact("Needed") == ["Your approval alone"] and summary.fact("Answers") == [
        "0 approved, 0 rejected, 1 open"]
    for head in ["Requests", "Risk and impact", "How it is carried out", "Notes"]:
        assert not re.search(rf"^{head}$", summary.text, re.MULTILINE)


def test_files_are_named_and_pictures_too(desk, summarize):
    def upload(name):
        form = ok(desk.client.get("/attachments/storage"))
        provider = form[form["provider"]]
        answer = requests.post(
            form["upload_uri"], files=[*((key, (None, str(value))) for key, value in provider.items()),
                                       ("file", (name, b"content" * 1000))],
            headers={"Authorization": desk.client.session.headers["Authorization"]}, timeout=PATIENCE)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["key"]

    plan, photo = upload("plan.txt"), upload("photo.png")
    workflow = desk.workflow(
        note=f"See ![]({photo}) and the plan.",
        note_attachments=[{"key": plan}, {"key": photo, "inline": True}])
    _, summary = summarize(desk.task(workflow, "approval"))
    assert "See [photo.png] and the plan." in summary.words
    assert summary.fact("File") == ["plan.txt (7 kB)"]


def test_a_change_brings_a_new_summary_while_the_answer_is_open(desk, tmp_path):
    workflow = desk.workflow()
    task = desk.task(workflow, "approval", required_approvals=2)
    desk.ask(task, desk.people["Mark Camillo"], desk.people["Ellen Brown"])
    desk.set(task, "approved", member_id=desk.people["Ellen Brown"])
    first = [address(one).split("?")[0] for one in desk.approvals(task)]
    ok(desk.client.patch(f"/workflows/{workflow}", {"subject": "Replace both switches"}))
    until(lambda: address(desk.approvals(task)[0]).split("?")[0] != first[0], "a new summary is made", patience=30)
    mark, ellen = desk.approvals(task)
    assert address(ellen).split("?")[0] == first[1], "what she decided by stays"
    summary = Summary(tmp_path, download(mark))
    assert summary.info["Title"] == "Replace both switches"
    assert summary.fact("Answers") == ["1 approved, 0 rejected, 1 open"]


def test_every_category_and_status_stands_unbroken_in_the_table(desk, summarize):
    workflow = desk.workflow()
    task = desk.task(workflow, "approval")
    for category in ["implementation", "automation"]:
        desk.task(workflow, category)
    desk.set(desk.task(workflow), "in_progress")
    _, summary = summarize(task)
    found = [word for word in ["Implementation", "Automation", "Approval", "In progress"] if word not in summary.text]
    assert found == [], "broken within a word"


def test_internal_notes_are_not_told(desk, summarize):
    workflow = desk.workflow()
    ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": "For all of us."}), 201)
    ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": "Only between us.", "internal": True}), 201)
    _, summary = summarize(desk.task(workflow, "approval"), "Tom Waters")
    assert "For all of us." in summary.words
    assert "Only between us." not in summary.words


def test_a_workflow_of_many_tasks_repeats_the_head_of_their_table_on_every_page(desk, summarize):
    workflow = desk.workflow()
    asked = desk.task(workflow, "approval")
    tasks = [desk.task(workflow, subject=f"Step {number:03}") for number in range(120)]
    _, summary = summarize(asked)
    assert len(summary.pages) > 2
    for number, page in enumerate(summary.pages):
        assert re.search(r"^ *ID +Subject +Category, impact +Status +People +Planned, duration *$", page, re.MULTILINE)
        assert re.search(rf" {number + 1}/{len(summary.pages)}\s*$", page)
    places = [summary.text.index(summary.row(task)) for task in tasks]
    assert places == sorted(places)
    assert all(f"Step {number:03}" in summary.row(task) for number, task in enumerate(tasks))


# MARK: Texts of all kinds

SCRIPTS = {
    "Cyrillic": ("Замена коммутатора в серверной", "Иван Петров"),
    "Japanese": ("ネットワーク機器の交換", "山田太郎"),
    "Arabic": ("استبدال المحول الرئيسي", "محمد علي"),
    "Hebrew": ("החלפת המתג המרכזי", "דוד לוי"),
    "Greek": ("Αντικατάσταση του μεταγωγέα", "Ελένη Παππά"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_subjects_and_names_of_all_scripts_are_found_in_the_text(desk, summarize, script):
    subject, name = SCRIPTS[script]
    workflow = desk.workflow(subject=subject)
    task = desk.task(workflow, "approval", subject=f"{subject} 2")
    person = desk.hire(name)
    approval, summary = summarize(task, person)
    assert approval["attachment"]["name"] == f"workflow-{workflow}-summary-for-person-{person}.pdf"
    assert summary.info["Title"] == subject
    # Lines may break anywhere between the characters of some scripts, and tools turn lines that run to the left.
    words = summary.words
    for text in [subject, name]:
        assert all(word in words for word in text.split()), f"{text} in {words}"


@pytest.mark.parametrize("name, slug", [
    ("José Müller", "jose-muller"),
    ("José Müller-Øst", "jose-muller-ost"),
    ("Łukasz Dąbrowski", "lukasz-dabrowski"),
    ("Jürgen Strauß", "jurgen-strauss"),
    ("Ægir Þórsson", "aegir-thorsson"),
    ("Đuro Đaković", "duro-dakovic"),
    ("Nguyễn Văn Ước", "nguyen-van-uoc"),
    ("Conor O’Neill Jr.", "conor-o-neill-jr"),
    ("  Ann   Archer  ", "ann-archer"),
    ("Ann Иванова", "ann"),
    ("../../etc/passwd\\x", "etc-passwd-x"),
    ("R2 D2", "r2-d2"),
])
def test_the_file_is_named_by_the_approver_in_latin_letters(desk, name, slug):
    task = desk.task(workflow := desk.workflow(), "approval")
    approval, = desk.ask(task, desk.hire(name))
    assert approval["attachment"]["name"] == f"workflow-{workflow}-summary-for-{slug}.pdf"
    download(approval)


def test_a_name_without_letters_is_told_by_its_id(desk):
    for name in ["東京 7", "!!!", "12 34"]:
        person = desk.hire(name)
        approval, = desk.ask(desk.task(workflow := desk.workflow(), "approval"), person)
        assert approval["attachment"]["name"] == f"workflow-{workflow}-summary-for-person-{person}.pdf"


def test_a_long_name_gives_a_file_name_that_any_disk_takes(desk):
    person = desk.hire("Wolfeschlegelsteinhausen " * 5, primary_email="long@staff.example")
    approval, = desk.ask(desk.task(desk.workflow(), "approval"), person)
    assert len(approval["attachment"]["name"]) <= 200
    assert approval["attachment"]["name"].endswith(".pdf")
    download(approval)


def test_a_very_long_note_is_told_to_its_end(desk, summarize):
    workflow = desk.workflow()
    words = " ".join(f"word{number}" for number in range(6_000))
    ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": f"{words} END"}), 201)
    _, summary = summarize(desk.task(workflow, "approval"))
    assert len(summary.pages) > 5
    told = re.findall(r"\bword\d+\b", summary.text)
    assert told == words.split() and "END" in summary.words


def test_a_long_word_stays_on_the_page(desk, summarize):
    workflow = desk.workflow(subject="W" * 255)
    ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": "x" * 3_000}), 201)
    _, summary = summarize(desk.task(workflow, "approval", subject="M" * 255))
    assert summary.text.count("W") >= 255 and summary.text.count("M") >= 255
    for page in range(1, len(summary.pages) + 1):
        ink = summary.ink(page)
        assert any(map(any, ink)), "the page is not empty"
        # 20 mm at the sides are 56 points.
        assert not any(any(line[:54]) or any(line[-54:]) for line in ink), "nothing stands in the margins"


def test_control_characters_do_no_harm(desk, summarize):
    workflow = desk.workflow()
    text = "before\u202e\u2066\u0001\u0008\u001b]0;title\u0007\u007f\u0085\u2028\ufffe\ufffdafter <b>&amp;</b> %s \\n (x) 😀"
    ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": text}), 201)
    refused(desk.new_task(workflow, "approval", instructions="a\u0000b"), "instructions")
    refused(desk.new_task(workflow, "approval", subject="Bell\u0007 and escape\u001b[31m"), "subject")
    task = desk.task(workflow, "approval", instructions="a\r\nBell\u0007 and escape\u001b[31m\u000bd")
    _, summary = summarize(task)
    for part in ["Bell", "escape", "before", "after <b>&amp;</b> %s \\n (x)"]:
        assert part in summary.words
    assert not set(summary.text) & set(map(chr, [*range(9), 11, *range(14, 32), 127]))


# MARK: Much of everything


def test_as_many_tasks_and_notes_as_one_likes_still_make_a_summary(desk, summarize):
    workflow = desk.workflow()
    # Of each note the longest that is taken; together they are far more than anybody reads.
    for _ in range(40):
        ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": "lorem ipsum " * 5_400}), 201)
    approval, = desk.ask(desk.task(workflow, "approval"), desk.people["Mark Camillo"])
    assert approval["attachment"], "an approver gets a summary however long the notes are"
    download(approval)


def test_notes_of_many_lines_still_make_a_summary(desk):
    workflow = desk.workflow()
    for _ in range(3):
        ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": "a\n" * 32_000}), 201)
    approval, = desk.ask(desk.task(workflow, "approval"), desk.people["Mark Camillo"])
    assert approval["attachment"], "an approver gets a summary however many lines the notes have"
    download(approval)


def test_a_summary_that_cannot_be_made_does_not_keep_others_from_theirs(desk):
    heavy = desk.workflow()
    # More pages than a document may have.
    for _ in range(3):
        ok(desk.client.post(f"/workflows/{heavy}/notes", {"text": "a\n" * 32_000}), 201)
    desk.ask(desk.task(heavy, "approval"), desk.people["Mark Camillo"])
    task = desk.task(desk.workflow(), "approval")
    approval, = desk.ask(task, desk.people["Mark Camillo"])
    # As a server leaves it that ends before the file is made; and all of it more than a minute ago.
    database = sqlite3.connect(desk.demo.folder / "demo.sqlite", timeout=PATIENCE)
    try:
        # 14 is an approval.
        if not database.execute("SELECT 1 FROM jobs WHERE kind = 14").fetchall():
            return  # Nothing is ever stuck.
        with database:
            database.execute(
                "UPDATE approvals SET summary_key = NULL, summary_size = NULL WHERE id = ?", [approval["id"]])
            database.execute(
                "INSERT INTO jobs (kind, record_id, created_at) VALUES (14, ?, 0)", [approval["id"]])
            database.execute("UPDATE jobs SET created_at = 0")
    finally:
        database.close()
    until(lambda: desk.approvals(task)[0]["attachment"], "the other summary is made", patience=8)
