"""Uploads that are wrong, cut short or too large: they are refused, and nothing of them stays."""

import base64
import contextlib
import datetime
import hashlib
import json
import socket
import struct
from xml.sax.saxutils import escape

import pytest

from attachments import BOUNDARY, Answer, Desk, chunk, connected, exchange, file_part, form, head, text_part
from steward import until

CONTENT = b"Hello, world!\n"
LINE = b"--" + BOUNDARY.encode()
LIMIT = 100_000
# How an upload is refused: the status of the local form, and the status and the code of the one in the manner of S3.
MALFORMED = (400, (400, "MalformedPOSTRequest"))
FORBIDDEN = (403, (403, "AccessDenied"))
TOO_LARGE = (413, (400, "EntityTooLarge"))
BAD_NAME = (422, (400, "InvalidArgument"))
EMPTY = (422, (400, "EntityTooSmall"))


@pytest.fixture(scope="module")
def local(start_demo):
    return Desk(start_demo("--rate-limit", "off"))


@pytest.fixture(scope="module")
def s3(start_demo):
    """A server that takes files itself and speaks as S3 does."""
    return Desk(start_demo("--rate-limit", "off", "--upload-form", "s3"))


@pytest.fixture(scope="module", params=["local", "s3"])
def limited(request, start_demo):
    return Desk(start_demo("--rate-limit", "off", "--upload-limit", str(LIMIT), "--upload-form", request.param))


@pytest.fixture(scope="module")
def choosy(start_demo):
    return Desk(start_demo("--rate-limit", "off", "--upload-extensions", "csv,PNG, .tar.gz,7z"))


@pytest.fixture(params=["local", "s3"])
def desk(request):
    return request.getfixturevalue(request.param)


def is_refused(desk, answer, status, code=None):
    """Checks that an upload was refused in the manner of its form, as the description of the server has it.

    `code` is the status and the code in the manner of S3, which has other ones.
    """
    described = desk.client().description.document["paths"]["/v1/attachments"]["post"]["responses"]
    assert str(answer.status) in described, answer
    if desk.provider == "local":
        assert answer.status == status, answer
        assert answer.json()["message"]
        if status == 422:
            assert [name for name, _ in answer.json()["errors"]] == ["file"]
    else:
        # The clients of S3 look for nothing but this; the Ruby client takes all else for a success without a key.
        assert (answer.status, answer.headers["Content-Type"]) == (code[0], "application/xml"), answer
        assert f"<Error><Code>{code[1]}</Code><Message>" in answer.text
        assert answer.text.startswith("<?xml") and answer.complaint


def is_well(desk):
    """Checks that a right upload works, after whatever went wrong."""
    assert desk.content(desk.upload(CONTENT)) == CONTENT
    assert desk.incoming() == {}


def known(desk):
    """The line that says who calls, where it is wanted."""
    return [desk.token()] if desk.provider == "local" else []


class TestForms:
    """What comes in as the body of a call."""

    def test_that_are_empty(self, desk):
        with desk.unchanged():
            is_refused(desk, desk.send(desk.storage(), b""), *MALFORMED)
            is_refused(desk, desk.send(desk.storage(), form()), *MALFORMED)
        is_well(desk)

    def test_without_a_boundary(self, desk):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with desk.unchanged():
            for kind in [
                "multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""',
                f"multipart/form-data; boundary={'x' * 71}", "multipart/form-data; charset=utf-8", "application/json",
                "multipart/form-data boundary=x", "",
            ]:
                is_refused(desk, self.typed(desk, storage, kind, body), *MALFORMED)
            missing = head(len(body), *known(desk)).replace(b"Content-Type", b"X-Content-Type")
            is_refused(desk, exchange(desk.server, missing, body), *MALFORMED)
        is_well(desk)

    def typed(self, desk, storage, kind, body):
        line = f"Content-Type: multipart/form-data; boundary={BOUNDARY}".encode()
        start = head(len(body), *known(desk))
        return exchange(desk.server, start.replace(line, f"Content-Type: {kind}".encode()), body)

    def test_with_another_boundary(self, desk):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with desk.unchanged():
            for boundary in "other", BOUNDARY[:-1] + "x", BOUNDARY + "0", BOUNDARY.lower(), "-":
                answer = exchange(desk.server, head(len(body), *known(desk), boundary=boundary), body)
                is_refused(desk, answer, *MALFORMED)
        is_well(desk)

    def test_that_end_before_their_last_boundary_does(self, desk):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with desk.unchanged():
            for missing in range(1, len(LINE) + 5):
                is_refused(desk, desk.send(storage, body[:-missing]), *MALFORMED)
        is_well(desk)

    def test_that_are_cut_at_any_part(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with local.unchanged():
            for length in range(0, len(body) - len(CONTENT) - len(LINE) - 4, 7):
                is_refused(local, local.send(storage, body[:length]), *MALFORMED)
        is_well(local)

    def test_whose_boundary_is_followed_by_something_else(self, desk):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with desk.unchanged():
            for after in b"x\r\n", b"-\r\n", b"\n", b"\r\r\n", b" x\r\n":
                is_refused(desk, desk.send(storage, body.replace(LINE + b"\r\n", LINE + after)), *MALFORMED)
            is_refused(desk, desk.send(storage, body[:-2] + b"\r\n"), *MALFORMED)
        is_well(desk)

    def test_with_the_line_breaks_of_unix(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            body = form(*storage.parts(), file_part(CONTENT)).replace(b"\r\n", b"\n")
            is_refused(desk, desk.send(storage, body), *MALFORMED)
        is_well(desk)

    def test_of_ten_thousand_parts(self, desk):
        storage = desk.storage()
        file = file_part(CONTENT)
        with desk.unchanged():
            for name in "x", "", "field":
                many = [text_part(name, "")] * 10_000
                is_refused(desk, desk.send(storage, form(*many, *storage.parts(), file)), *MALFORMED)
                is_refused(desk, desk.send(storage, form(*storage.parts(), *many, file)), *MALFORMED)
                is_refused(desk, desk.send(storage, form(*storage.parts(), file, *many)), *MALFORMED)
        is_well(desk)

    def test_of_ten_thousand_parts_without_anything(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for part in b"", b"\r\n\r\n", b"\r\n":
                is_refused(desk, desk.send(storage, form(*[part] * 10_000)), *MALFORMED)
        is_well(desk)

    def test_with_huge_fields(self, desk):
        storage = desk.storage()
        huge = "x" * 70_000
        with desk.unchanged():
            for fields in [
                [text_part("Content-Type", huge)], [text_part(huge[:8000], "")] * 10,
                [text_part("a", huge[:7000])] * 10,
            ]:
                is_refused(desk, desk.send(storage, form(*fields, *storage.parts(), file_part(CONTENT))), *MALFORMED)
                is_refused(desk, desk.send(storage, form(*storage.parts(), file_part(CONTENT), *fields)), *MALFORMED)
        is_well(desk)

    @pytest.mark.parametrize(
        "part", [text_part("", ""), text_part("x" * 8000, ""), text_part("a", "x" * 8000)],
        ids=["nothing", "names", "values"])
    def test_of_fields_without_end_are_not_heard_out(self, local, part):
        # Nobody needs a token to send these, so the server keeps few of them.
        with local.unchanged(), connected(local.server) as connection:
            fields = chunk((LINE + b"\r\n" + part + b"\r\n") * (200_000 // len(part)))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(head(None) + fields * 5)
            # The form goes on, and the answer does not wait for it.
            is_refused(local, Answer(connection), *MALFORMED)

    def test_with_large_fields_are_still_taken(self, desk):
        storage = desk.storage()
        large = text_part("Content-Type", "x" * 50_000)
        answer = desk.send(storage, form(large, *storage.parts(), file_part(CONTENT)))
        assert answer.status in (200, 201), answer
        assert desk.content(answer.key) == CONTENT

    @pytest.mark.parametrize("length", [9_000, 20_000, 60_000, 90_000])
    def test_with_huge_headers_of_a_part(self, desk, length):
        storage = desk.storage()
        note = b"X-Note: " + b"x" * length + b"\r\n"
        text, file = text_part("a", "b"), file_part(CONTENT)
        with desk.unchanged():
            # However the network cuts them.
            for parts in [note + text, *storage.parts(), file], [*storage.parts(), note + file]:
                body = form(*parts)
                is_refused(desk, desk.send(storage, body), *MALFORMED)
                call = head(None, *known(desk))
                whole = exchange(desk.server, call, chunk(body), chunk(b""))
                is_refused(desk, whole, *MALFORMED)
                pieces = [chunk(body[place:place + 1000]) for place in range(0, len(body), 1000)]
                is_refused(desk, exchange(desk.server, call, b"".join(pieces), chunk(b"")), *MALFORMED)
        is_well(desk)

    def test_with_headers_that_never_end(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for endless in b"X-Note: " + b"x" * 300_000, b"X-Note: x\r\n" * 30_000:
                is_refused(desk, desk.send(storage, form(*storage.parts())[:-2] + b"\r\n" + endless), *MALFORMED)
        is_well(desk)

    def test_of_other_kinds_than_a_form(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            is_refused(
                desk, self.typed(desk, storage, "application/json", json.dumps(storage.fields).encode()), *MALFORMED)
            is_refused(
                desk, self.typed(desk, storage, "application/x-www-form-urlencoded", b"key=x&file=y"), *MALFORMED)
        is_well(desk)


class TestParts:
    def test_with_a_second_file(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for second in file_part(CONTENT, "b.txt"), file_part(CONTENT), file_part(b"", "b.txt"):
                body = form(*storage.parts(), file_part(CONTENT), second)
                is_refused(desk, desk.send(storage, body), *MALFORMED)
        is_well(desk)

    def test_with_a_file_before_the_fields(self, desk):
        storage = desk.storage()
        parts = storage.parts()
        with desk.unchanged():
            for place in range(len(parts)):
                if b'name="key"' in b"".join(parts[:place]):
                    break
                body = form(*parts[:place], file_part(CONTENT), *parts[place:])
                is_refused(desk, desk.send(storage, body), *MALFORMED)
        is_well(desk)

    @pytest.mark.parametrize("field", ["x-R-Service-expiration", "x-R-Service-signature", "key"])
    def test_without_a_field_of_the_local_form(self, local, field):
        storage = local.storage()
        with local.unchanged():
            is_refused(local, local.send(storage, form(*storage.parts(**{field: None}), file_part(CONTENT))), 400)
        is_well(local)

    @pytest.mark.parametrize(
        ("field", "status"),
        [("key", 400), ("policy", 401), ("x-amz-signature", 400), ("x-amz-date", 400), ("x-amz-credential", 403),
         ("x-amz-algorithm", 403), ("acl", 403), ("success_action_status", 403),
         ("x-amz-server-side-encryption", 403)])
    def test_without_a_field_of_the_s3_form(self, s3, field, status):
        storage = s3.storage()
        with s3.unchanged():
            answer = s3.send(storage, form(*storage.parts(**{field: None}), file_part(CONTENT)))
            assert 400 <= answer.status < 500, answer
            # Without a policy there may be no telling that it is this form.
            if field != "policy":
                assert answer.status == status and answer.text.startswith("<?xml"), answer
        is_well(s3)

    def test_without_a_file(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for parts in [], [text_part("file", "Hello, world!")], [file_part(CONTENT, name="attachment")], [
                file_part(CONTENT, name="")], [file_part(CONTENT, name="File")], [text_part("file", "")]:
                is_refused(desk, desk.send(storage, form(*storage.parts(), *parts)), *MALFORMED)
        is_well(desk)

    def test_without_a_name(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for disposition in [
                b"", b"Content-Type: text/plain", b"Content-Disposition: form-data",
                b"Content-Disposition: form-data;",
                b'Content-Disposition: form-data; filename="a.txt"', b"Content-Disposition: attachment; nam=file",
                b'X-Content-Disposition: form-data; name="file"', b'Content-Disposition: form-data; name="\xff"',
            ]:
                nameless = disposition + b"\r\n\r\n" + CONTENT
                is_refused(desk, desk.send(storage, form(nameless, *storage.parts(), file_part(CONTENT))), *MALFORMED)
                is_refused(desk, desk.send(storage, form(*storage.parts(), nameless)), *MALFORMED)
        is_well(desk)

    def test_with_a_field_that_is_no_text(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            binary = b'Content-Disposition: form-data; name="Content-Type"\r\n\r\n\xff\xfe'
            is_refused(desk, desk.send(storage, form(binary, *storage.parts(), file_part(CONTENT))), *MALFORMED)
        is_well(desk)

    def test_with_a_file_of_nothing(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            is_refused(desk, desk.send(storage, form(*storage.parts(), file_part(b""))), *EMPTY)
        is_well(desk)


class TestPermission:
    def test_is_wanted_for_the_local_form(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with local.unchanged():
            for token in [
                [], ["Authorization: Bearer stwNobody"], ["Authorization: Bearer "],
                ["Authorization: Basic Zm9vOmJhcg=="],
                [f"X-4me-Account: {local.demo.accounts['Howard Tanner']}"],
            ]:
                answer = exchange(local.server, head(len(body), *token), body)
                is_refused(local, answer, 401)
        is_well(local)

    def test_is_asked_before_the_file_comes_in(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with local.unchanged(), connected(local.server) as connection:
            # The body is never sent to its end.
            connection.sendall(head(len(body) + 50_000) + body[:-len(LINE)])
            is_refused(local, Answer(connection), 401)

    def test_is_that_of_the_account(self, local):
        with local.unchanged():
            for storage, name in [
                (local.storage("Frank Watson"), "Howard Tanner"), (local.storage(), "Frank Watson"),
                (local.storage("Frank Watson", "wna"), "Frank Watson"),
            ]:
                is_refused(local, local.put(storage, CONTENT, name=name), 403)
            body = form(*local.storage().parts(), file_part(CONTENT))
            answer = exchange(
                local.server, head(len(body), local.token(), "X-4me-Account: pro-product"), body)
            is_refused(local, answer, 403)
        is_well(local)

    def test_of_another_form_does_not_count(self, desk):
        storage, other = desk.storage(), desk.storage()
        with desk.unchanged():
            key = storage.fields["key"].replace(storage.folder, other.folder)
            is_refused(desk, desk.send(storage, form(*storage.parts(key=key), file_part(CONTENT))), *FORBIDDEN)
        is_well(desk)

    def test_is_for_no_other_key(self, desk):
        storage = desk.storage()
        key = storage.fields["key"]
        with desk.unchanged():
            for wrong in [
                key.replace("attachments/", "attachments/../attachments/"), "../" + key, "/" + key, key + "\0", "",
                "x" * 5000,
                key.replace("attachments/1/", "attachments/2/"), key.replace("/${", "/../${"), "files/x", key.upper(),
                key.replace("${", "2/../../${"), key.rpartition("/")[0], "/etc/cron.d/${filename}", "${filename}",
            ]:
                is_refused(desk, desk.send(storage, form(*storage.parts(key=wrong), file_part(CONTENT))), *FORBIDDEN)
                # Of two keys it is not the second that counts.
                body = form(text_part("key", wrong), *storage.parts(), file_part(CONTENT))
                is_refused(desk, desk.send(storage, body), *FORBIDDEN)
        is_well(desk)

    def test_that_was_prolonged_is_none(self, local):
        storage = local.storage()
        expiry = datetime.datetime.fromisoformat(storage.fields["x-R-Service-expiration"])
        with local.unchanged():
            for wrong in [
                *[(expiry + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
                  for seconds in (1, -1, 86_400, -86_400)],
                "2999-01-01T00:00:00Z", "", "never", expiry.isoformat(), expiry.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            ]:
                body = form(*storage.parts(**{"x-R-Service-expiration": wrong}), file_part(CONTENT))
                is_refused(local, local.send(storage, body), 403)
        is_well(local)

    def test_with_a_wrong_signature_is_none(self, desk):
        name = "x-R-Service-signature" if desk.storage().provider == "local" else "x-amz-signature"
        storage, other = desk.storage(), desk.storage()
        signature = storage.fields[name]
        with desk.unchanged():
            for wrong in [
                "", "0" * 64, signature[:-1], signature + "0", signature[::-1], other.fields[name], "ÿ" * 64,
                "\0" * 64,
            ]:
                body = form(*storage.parts(**{name: wrong}), file_part(CONTENT))
                is_refused(desk, desk.send(storage, body), *FORBIDDEN)
        is_well(desk)

    def test_is_none_when_one_digit_of_the_signature_is_wrong(self, desk):
        name = "x-R-Service-signature" if desk.provider == "local" else "x-amz-signature"
        storage = desk.storage()
        signature = storage.fields[name]
        digits = "0123456789abcdef"
        with desk.unchanged(), connected(desk.server) as connection:
            for place, digit in enumerate(signature):
                other = digits[(digits.index(digit) + 1 + place % 15) % 16]
                wrong = signature[:place] + other + signature[place + 1:]
                body = form(*storage.parts(**{name: wrong}), file_part(CONTENT))
                connection.sendall(head(len(body), *known(desk), path=storage.path) + body)
                is_refused(desk, Answer(connection), *FORBIDDEN)
        is_well(desk)

    def test_cannot_be_had_by_trying_signatures(self, local):
        # A form of S3 is enough without a token, so nobody may make one; not even where the local form is given out.
        policy = {
            "expiration": "2999-01-01T00:00:00.000Z",
            "conditions": [
                ["starts-with", "$key", "attachments/1/2999/01/01/1/x/"], ["content-length-range", 1, 2**60]]}
        forged = [
            text_part("key", "attachments/1/2999/01/01/1/x/${filename}"),
            text_part("policy", base64.b64encode(json.dumps(policy).encode()).decode())]
        prolonged = local.storage().parts(**{
            "x-R-Service-expiration": "2999-01-01T00:00:00Z", "x-R-Service-signature": None})
        with local.unchanged(), connected(local.server) as connection:
            for number in range(1000):
                signature = hashlib.sha256(b"%d" % number).hexdigest()
                # Each date has a signature of its own.
                s3 = [*forged, text_part("x-amz-date", f"{number:08}T000000Z"), text_part("x-amz-signature", signature)]
                own = [*prolonged, text_part("x-R-Service-signature", signature)]
                for fields, lines in (s3, []), (own, [local.token()]):
                    body = form(*fields, file_part(CONTENT))
                    connection.sendall(head(len(body), *lines) + body)
                    answer = Answer(connection)
                    assert answer.status == 403, f"attempt {number + 1}: {answer}"
        is_well(local)

    def test_is_no_wider_than_the_policy_that_was_signed(self, s3):
        storage = s3.storage()
        policy = json.loads(base64.b64decode(storage.fields["policy"]))
        assert ["content-length-range", 1, s3.storage().answer["size_limit"]] in policy["conditions"]

        def changed(**fields):
            text = json.dumps({**policy, **fields}, separators=(",", ":"))
            return base64.b64encode(text.encode()).decode()

        with s3.unchanged():
            for wrong in [
                changed(expiration="2999-01-01T00:00:00.000Z"), changed(conditions=[]), changed(more=1), "", "e30=",
                "x", storage.fields["policy"] + "\n", "=" + storage.fields["policy"],
                s3.storage("Tom Waters").fields["policy"],
            ]:
                answer = s3.send(storage, form(*storage.parts(policy=wrong), file_part(CONTENT)))
                is_refused(s3, answer, *FORBIDDEN)
            for field, value in {
                "acl": "public-read", "success_action_status": 200, "x-amz-algorithm": "AWS4-HMAC-SHA1",
                "x-amz-server-side-encryption": "none", "x-amz-credential": "STEWARD/20200101/local/s3/aws4_request",
            }.items():
                answer = s3.send(storage, form(*storage.parts(**{field: value}), file_part(CONTENT)))
                is_refused(s3, answer, *FORBIDDEN)
            today = storage.fields["x-amz-date"]
            for date in "20200101T000000Z", "", today[:8], today.replace("T", "t") + "x":
                answer = s3.send(storage, form(*storage.parts(**{"x-amz-date": date}), file_part(CONTENT)))
                is_refused(s3, answer, *FORBIDDEN)
        is_well(s3)

    def test_of_the_s3_form_is_none_where_the_local_one_is_given_out(self, local, s3):
        # Each installation signs with a secret of its own.
        for there, here in (s3, local), (local, s3):
            storage = there.storage()
            with here.unchanged():
                body = form(*storage.parts(), file_part(CONTENT))
                answer = exchange(here.server, head(len(body), here.token()), body)
                assert answer.status == 403, answer


class TestNames:
    def test_that_no_file_can_have_are_refused(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for name in [
                "", ".", "..", "/", "\\", "a/", "C:\\", "/home/me/", "/home/me/..", "C:\\Users\\..", "a/.", "x" * 256,
                "é" * 128, "🙂" * 64, "x" * 2000,
            ]:
                is_refused(desk, desk.put(storage, CONTENT, name), *BAD_NAME)
        is_well(desk)

    def test_with_control_characters_are_refused(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for code in [*range(32), 127]:
                if chr(code) not in "\r\n":
                    is_refused(desk, desk.put(storage, CONTENT, f"a{chr(code)}b.txt"), *BAD_NAME)
        is_well(desk)

    def test_with_line_breaks_are_refused_one_way_or_another(self, desk):
        # They end a header, which then is no longer one, or they are part of a name that no file has.
        storage = desk.storage()
        with desk.unchanged():
            for name in "a\nb.txt", "a\rb.txt", "a\r\nb.txt", "a\n.csv":
                answer = desk.put(storage, CONTENT, name)
                assert answer.status in (400, 422), (name, answer)
        is_well(desk)

    def test_that_are_spelt_in_the_other_way_are_refused_too(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            for extended in [
                "..", ".", "", "%00", "a%00.txt", "a%0A.txt", "a%0D%0A.txt", "%2E%2E", "x%2F", "x%2F..", "%7F",
            ]:
                disposition = f"hello.txt; filename*=UTF-8''{extended}".encode()
                file = file_part(CONTENT).replace(b'"hello.txt"', disposition)
                is_refused(desk, desk.send(storage, form(*storage.parts(), file)), *BAD_NAME)
        is_well(desk)

    def test_that_a_file_can_have_come_back_as_they_were(self, desk):
        self.come_back(desk, [
            "x" * 255, "x" * 251 + ".txt", "é" * 127, "🙂" * 63, "日本語.txt", "ملف مرفق.txt", "🙂👨‍👩‍👧.png", "ÅÄÖ.txt",
            "A\u030a.txt", "a\u200fb.txt", "a\u00a0b.txt", "\ufeffa.txt", "...", ".a", "a.", " ", "  a", "~", "-",
            "${filename}", "%2e%2e", "%00", "a:b", "*?<>|", "a&b", "NUL", "{}", "incoming", "a\ufffdb"])

    def test_with_the_line_breaks_of_unicode_are_shown_on_one_line(self, desk):
        # To the protocol these are letters like others, and so they stay in the key.
        self.come_back(desk, ["a\u2028b.txt", "a\u2029b.txt", "a\u0085b.txt", "a \u009bb.txt"], shown="a b.txt")

    def come_back(self, desk, names, shown=None):
        storage = desk.storage()
        for name in names:
            answer = desk.put(storage, CONTENT, name)
            assert answer.status in (200, 201), (name, answer)
            key = f"{storage.folder}/{name}"
            # XML has its own way to write some of these.
            assert answer.key == (key if desk.provider == "local" else escape(key)), name
            assert desk.content(key) == CONTENT
            file, = desk.note(key)
            assert (file["name"], file["key"]) == (shown or name, key)

    def test_lead_nowhere_else(self, desk, tmp_path):
        storage = desk.storage()
        for name in [
            "../../../../../../../tmp/x.txt", "..\\..\\..\\x.txt", "/etc/x.txt", "....//x.txt", "..%2f/x.txt",
            "a/../x.txt", "C:x/x.txt", "\\\\server\\share\\x.txt", "//server/x.txt", "incoming/x.txt",
        ]:
            answer = desk.put(storage, CONTENT, name)
            assert answer.key.startswith(storage.folder + "/") and answer.key.endswith("/x.txt"), answer
        assert all(key.startswith("attachments/") for key in desk.stored())
        assert {path.name for path in desk.folder.iterdir()} == {"files", "incoming"}


class TestSizes:
    @pytest.fixture
    def desk(self, limited):
        return limited

    def test_up_to_the_limit_are_taken(self, desk):
        assert desk.storage().answer["size_limit"] == LIMIT
        for size in 1, LIMIT - 1, LIMIT:
            content = b"x" * size
            assert desk.content(desk.upload(content)) == content

    def test_beyond_the_limit_are_refused(self, desk):
        storage = desk.storage()
        with desk.unchanged():
            # Beyond the second, the length that the client names tells it.
            for size in LIMIT + 1, LIMIT + 60_000, LIMIT + 70_000, LIMIT * 5:
                is_refused(desk, desk.put(storage, b"x" * size), *TOO_LARGE)
        is_well(desk)

    def test_beyond_the_limit_are_refused_when_they_come_in_chunks(self, desk):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(b"x" * (LIMIT * 20)))
        pieces = [chunk(body[place:place + 9999]) for place in range(0, len(body), 9999)]
        with desk.unchanged():
            is_refused(desk, exchange(desk.server, head(None, *known(desk)), *pieces, chunk(b"")), *TOO_LARGE)
        is_well(desk)

    @pytest.mark.parametrize("length", [LIMIT * 2, 2 << 30, 2**63 - 1])
    def test_that_are_claimed_beyond_the_limit_are_refused_before_they_come(self, desk, length):
        storage = desk.storage()
        with desk.unchanged(), connected(desk.server) as connection:
            connection.sendall(head(length, *known(desk)))
            is_refused(desk, Answer(connection), *TOO_LARGE)

    @pytest.mark.parametrize("length", ["-1", "x", "1e9", str(2**64), "", "1, 2"])
    def test_that_are_no_numbers_are_no_calls(self, local, length):
        with local.unchanged():
            start = head(10, local.token()).replace(b"Content-Length: 10", f"Content-Length: {length}".encode())
            answer = exchange(local.server, start)
            assert answer.status == 400, answer

    def test_that_are_larger_than_is_claimed_belong_to_the_next_call(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with local.unchanged():
            answer = exchange(local.server, head(len(body) - 10, local.token()), body)
            is_refused(local, answer, *MALFORMED)

    @pytest.mark.parametrize("line", ["Connection: keep-alive", "Connection: close"])
    def test_are_told_to_a_client_that_sends_all_before_it_listens(self, desk, line):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(b"x" * (8 << 20)))
        with desk.unchanged(), connected(desk.server) as connection:
            # This fails when the server closes the connection rather than hear it out.
            connection.sendall(head(len(body), *known(desk), line) + body)
            is_refused(desk, Answer(connection), *TOO_LARGE)


class TestConnections:
    """They break anywhere."""

    def start(self, desk, storage, length, sent):
        connection = connected(desk.server)
        body = form(*storage.parts(), file_part(sent))[:-len(LINE) - 4]
        connection.sendall(head(length, *known(desk)) + body)
        return connection

    def break_off(self, connection):
        """Ends a connection as a crash does, without a word."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    @pytest.mark.parametrize("ends", ["with a reset", "as agreed", "half"])
    def test_that_end_in_the_middle_of_a_file_leave_nothing(self, local, ends):
        storage = local.storage()
        with local.unchanged():
            for sent in 1, 100, 3_000_000:
                connection = self.start(local, storage, 2_000_000_000, b"x" * sent)
                until(lambda: local.incoming(), "the file begins to come in")
                if ends == "with a reset":
                    self.break_off(connection)
                    continue
                if ends == "half":
                    # It says that nothing more comes, and still listens.
                    connection.shutdown(socket.SHUT_WR)
                    until(lambda: not local.incoming(), "nothing unfinished is left behind")
                connection.close()
        is_well(local)

    def test_that_end_in_chunks_leave_nothing(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with local.unchanged():
            for rest in b"", b"5\r\nab", b"zz\r\n", b"\r\n\r\n":
                connection = connected(local.server)
                connection.sendall(head(None, local.token()) + chunk(body[:-len(LINE)]))
                until(lambda: local.incoming(), "the file begins to come in")
                connection.sendall(rest)
                connection.close()
                until(lambda: not local.incoming(), "nothing unfinished is left behind")
        is_well(local)

    def test_that_end_before_the_file_leave_nothing(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with local.unchanged():
            for length in 0, 1, 10, 500, body.index(CONTENT) - 3:
                connection = connected(local.server)
                connection.sendall(head(2_000_000_000, local.token()) + body[:length])
                self.break_off(connection)
        is_well(local)

    def test_that_hang_leave_the_others_alone(self, local):
        storage = local.storage()
        with local.unchanged():
            hanging = [self.start(local, storage, 2_000_000_000, b"x" * 1000) for _ in range(20)]
            until(lambda: len(local.incoming()) == 20, "all are coming in")
            assert local.client().get("/me").status_code == 200
            assert not [key for key in local.stored() if key.startswith(storage.folder)]
            for connection in hanging:
                self.break_off(connection)
        is_well(local)

    def test_go_on_after_a_refusal(self, desk):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(b"x" * 1_000_000, ".."))
        with desk.unchanged(), connected(desk.server) as connection:
            for _ in range(3):
                connection.sendall(head(len(body), *known(desk), path=storage.path) + body)
                is_refused(desk, Answer(connection), *BAD_NAME)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert Answer(connection, "GET").status == 200

    def test_that_a_stop_of_the_server_ends_leave_nothing(self, start_demo):
        desk = Desk(start_demo("--rate-limit", "off"))
        storage = desk.storage()
        kept = desk.upload(CONTENT)
        with self.start(desk, storage, 2_000_000_000, b"x" * 1000):
            until(lambda: desk.incoming(), "the file begins to come in")
            desk.server.kill()
        # What a power cut leaves is among what is not finished; no key leads there.
        assert desk.stored() == {kept: len(CONTENT)}
        assert list(desk.incoming().values()) in ([1000], [0])


class TestExtensions:
    def test_are_told(self, choosy):
        assert choosy.storage().answer["allowed_extensions"] == ["csv", "png", "tar.gz", "7z"]

    def test_that_are_allowed_are_so_in_any_case_of_letters(self, choosy):
        for name in "a.csv", "a.CSV", "a.Csv", "a.png", "a.PNG", "a.b.csv", ".csv", "a.exe.csv", "a.7Z":
            key = choosy.upload(CONTENT, name)
            assert choosy.content(key) == CONTENT
            assert choosy.note(key)

    def test_of_two_parts_are_allowed_where_they_are_told(self, choosy):
        assert "tar.gz" in choosy.storage().answer["allowed_extensions"]
        assert choosy.upload(CONTENT, "a.tar.gz")

    def test_that_are_not_allowed_are_refused(self, choosy):
        storage = choosy.storage()
        with choosy.unchanged():
            for name in [
                "a.exe", "a.EXE", "a.csv.exe", "a.csv.", "a.csv ", "a", "csv", "acsv", "a.xcsv", "a.csvx", "a.", ".a",
                "a.csv;.exe", "a.ﬁ", "a.csv%00", "a.csv/b.exe", "a.csv\\b", "a.gz",
            ]:
                is_refused(choosy, choosy.put(storage, CONTENT, name), 422)
        assert choosy.upload(CONTENT, "a.csv")

    def test_are_those_of_the_second_name(self, choosy):
        storage = choosy.storage()
        file = file_part(CONTENT).replace(b'"hello.txt"', b"a.csv; filename*=UTF-8''a.exe")
        with choosy.unchanged():
            is_refused(choosy, choosy.send(storage, form(*storage.parts(), file)), 422)

    def test_in_the_manner_of_s3(self, start_demo):
        desk = Desk(start_demo("--rate-limit", "off", "--upload-form", "s3", "--upload-extensions", "csv"))
        with desk.unchanged():
            is_refused(desk, desk.put(desk.storage(), CONTENT, "a.exe"), *BAD_NAME)
        assert desk.note(desk.upload(CONTENT, "A.CSV"))
