"""Uploads to a server that keeps files in a folder, byte for byte as the public clients send them."""

import hashlib
import itertools
import json
import re
import subprocess
import xml.etree.ElementTree

import pytest

from attachments import BOUNDARY, FILE_NAME, Desk, chunk, connected, exchange, file_part, form, head, text_part
from attachments import Answer
from steward import PATIENCE

CONTENT = b"Hello,\r\n--0123\r\n\r\nworld!\r\n--" + BOUNDARY[:-1].encode() + b"\r\n\0\xff\r\n"


@pytest.fixture(scope="module")
def local(start_demo):
    return Desk(start_demo("--rate-limit", "off"))


@pytest.fixture(scope="module")
def s3(start_demo):
    """A server that takes files itself and speaks as S3 does."""
    return Desk(start_demo("--rate-limit", "off", "--upload-form", "s3"))


@pytest.fixture(params=["local", "s3"])
def desk(request):
    return request.getfixturevalue(request.param)


def curl(*arguments):
    """The status and body of what curl was answered, with JSON read."""
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--write-out", "\n%{http_code} %{content_type}", *arguments],
        capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    body, _, outcome = done.stdout.rpartition("\n")
    status, _, kind = outcome.partition(" ")
    return int(status), json.loads(body) if kind.startswith("application/json") else body


def is_kept(desk, key, content=CONTENT):
    """Checks that a key names a whole file, and that it can be put on a record and read."""
    assert desk.content(key) == content
    assert desk.incoming() == {}
    file, = desk.note(key)
    assert (file["key"], file["name"], file["size"]) == (key, key.rpartition("/")[2], len(content))
    read = desk.client().session.get(file["uri"], timeout=PATIENCE)
    assert (read.status_code, read.content) == (200, content)


class TestTheCurlLinesOfTheProtocol:
    def known(self, desk):
        return ["-H", desk.token(), "-H", f"X-4me-Account: {desk.demo.accounts['Howard Tanner']}"]

    def use(self, desk, key, path):
        """The third line: a request with the file on its first note."""
        body = {
            "requested_for_id": desk.client().get("/me").json()["id"], "subject": "Test", "category": "other",
            "note": "Attachment test", "note_attachments": [{"key": key, "filesize": "16"}]}
        status, request = curl(
            *self.known(desk), "-X", "POST", "-d", json.dumps(body), f"{desk.server.origin}/v1/requests")
        assert (status, request["subject"]) == (201, "Test")
        note, = desk.client().get(f"/requests/{request['id']}/notes").json()
        file, = note["attachments"]
        assert (file["key"], file["name"], file["inline"], file["size"]) == (key, "helloworld.txt", False, 16)
        assert curl(file["uri"]) == (200, path.read_text())

    def storage(self, desk):
        status, storage = curl(*self.known(desk), "-X", "GET", f"{desk.server.origin}/v1/attachments/storage")
        assert status == 200
        assert (storage["size_limit"], storage["allowed_extensions"]) == (2147483648, [])
        return storage

    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "helloworld.txt"
        path.write_bytes(b"Sixteen letters!")
        return path

    def test_local(self, local, path):
        storage = self.storage(local)
        assert storage["provider"] == "local"
        assert storage["upload_uri"] == f"{local.server.origin}/v1/attachments"
        fields = storage["local"]
        assert list(fields) == ["key", "x-R-Service-expiration", "x-R-Service-signature"]
        assert re.fullmatch(r"attachments/\d+/\d{4}/\d\d/\d\d/\d+/[^/]+/\$\{filename\}", fields["key"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["x-R-Service-expiration"])
        assert re.fullmatch("[0-9a-f]{64}", fields["x-R-Service-signature"])
        status, uploaded = curl(
            *self.known(local), "-F", "Content-Type=plain/text", "-F", f"key={fields['key']}",
            "-F", f"x-R-Service-expiration={fields['x-R-Service-expiration']}",
            "-F", f"x-R-Service-signature={fields['x-R-Service-signature']}", "-F", f"file=@{path}",
            storage["upload_uri"])
        assert (status, uploaded) == (200, {"key": fields["key"].replace(FILE_NAME, "helloworld.txt")})
        self.use(local, uploaded["key"], path)

    def test_s3(self, s3, path):
        storage = self.storage(s3)
        assert storage["provider"] == "s3"
        fields = storage["s3"]
        assert list(fields) == [
            "acl", "key", "policy", "success_action_status", "x-amz-algorithm", "x-amz-credential", "x-amz-date",
            "x-amz-server-side-encryption", "x-amz-signature"]
        assert (fields["acl"], fields["x-amz-algorithm"]) == ("private", "AWS4-HMAC-SHA256")
        assert fields["success_action_status"] == 201 and isinstance(fields["success_action_status"], int)
        # The seed's line sends no token.
        parts = itertools.chain.from_iterable(("-F", f"{name}={value}") for name, value in fields.items())
        status, uploaded = curl(
            "-F", "Content-Type=plain/text", *parts, "-F", f"file=@{path}", storage["upload_uri"])
        key = fields["key"].replace(FILE_NAME, "helloworld.txt")
        assert status == 201
        document = xml.etree.ElementTree.fromstring(uploaded)
        assert document.tag == "PostResponse"
        assert [child.tag for child in document] == ["Location", "Bucket", "Key", "ETag"]
        assert document.findtext("Key") == key
        assert document.findtext("Location") == storage["upload_uri"] + "/" + key.replace("/", "%2F")
        assert document.findtext("Bucket")
        assert document.findtext("ETag") == f'"{hashlib.md5(path.read_bytes()).hexdigest()}"'
        assert f"<Key>{key}</Key>" in uploaded.splitlines()[-1]
        self.use(s3, key, path)

    def test_the_storage_answer_is_for_those_who_are_known(self, desk):
        for token in [], ["-H", "Authorization: Bearer stwNobody"]:
            status, answer = curl(*token, f"{desk.server.origin}/v1/attachments/storage")
            assert (status, list(answer)) == (401, ["message"])

    def test_the_storage_answer_with_the_slash_of_the_dot_net_client(self, desk):
        status, answer = curl("-H", desk.token(), f"{desk.server.origin}/v1/attachments/storage/")
        assert (status, list(answer)) == (200, list(desk.storage().answer))


class TestTheRubyClient:
    """It posts what it was given, the type first and the file last, by a boundary of its own that nothing follows."""

    def post(self, desk, storage, path, content=CONTENT, name="Howard Tanner"):
        lines = [
            "User-Agent: Mozilla/5.0 (Macintosh; U; PPC Mac OS X; en-us) AppleWebKit/523.10.6 (KHTML, like Gecko) "
            "Version/3.0.4 Safari/523.10.6 4me/2.0.6", "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
            "Accept: */*"]
        if storage.provider == "local":
            account = desk.demo.accounts[name]
            lines += [f"AUTHORIZATION: Bearer {desk.demo.tokens[name]}", f"X-4me-Account: {account}"]
        body = b""
        for field, value in {"Content-Type": "text/plain", **storage.fields}.items():
            body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        body += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{path}"\r\n'
            "Content-Type: text/plain\r\n\r\n").encode() + content + f"\r\n--{BOUNDARY}--".encode()
        answer = exchange(desk.server, head(len(body), *lines, path=storage.path), body)
        assert answer.status == (200 if storage.provider == "local" else 201), answer
        return answer.key

    @pytest.mark.parametrize(
        "path", ["/home/me/a b.txt", "C:\\Users\\me\\a b.txt", "a b.txt", "/a b.txt", "C:a\\a b.txt"])
    def test_an_upload_is_named_as_the_file_without_its_folders(self, desk, path):
        storage = desk.storage()
        key = self.post(desk, storage, path)
        assert key == f"{storage.folder}/a b.txt"
        is_kept(desk, key)

    def test_the_key_goes_into_a_note_with_the_size_as_a_number(self, desk):
        key = self.post(desk, desk.storage(), "/tmp/a.txt")
        request = desk.request(
            note=f"See ![]({key}).", note_attachments=[{"key": key, "filesize": len(CONTENT), "inline": True}])
        note, = desk.client().get(f"/requests/{request}/notes").json()
        assert note["text"] == f"See ![]({key})."
        file, = note["attachments"]
        assert (file["key"], file["size"], file["inline"]) == (key, len(CONTENT), True)

    def test_one_storage_answer_serves_a_batch(self, desk):
        storage = desk.storage()
        contents = {f"{number}.txt": CONTENT * (number + 1) for number in range(4)}
        keys = {self.post(desk, storage, f"/tmp/{name}", content): content for name, content in contents.items()}
        assert list(keys) == [f"{storage.folder}/{name}" for name in contents]
        assert len(desk.note(*keys)) == 4
        for key, content in keys.items():
            is_kept(desk, key, content)

    def test_files_of_the_same_name_in_one_batch_are_kept_apart(self, desk):
        storage = desk.storage()
        contents = [b"first", b"second, and longer", b"third", b"first"]
        keys = [self.post(desk, storage, f"/tmp/{number}/a.txt", content) for number, content in enumerate(contents)]
        assert len(set(keys)) == 4
        files = desk.note(*keys)
        assert [file["name"] for file in files] == ["a.txt"] * 4
        assert [file["size"] for file in files] == [len(content) for content in contents]
        for key, content in zip(keys, contents):
            is_kept(desk, key, content)

    def test_a_file_called_as_a_folder_that_namesakes_lie_in_is_kept_too(self, desk):
        storage = desk.storage()
        names = ["2", "a.txt", "a.txt", "2", "3", "a.txt"]
        contents = [f"{name} {number}".encode() for number, name in enumerate(names)]
        keys = [self.post(desk, storage, name, content) for name, content in zip(names, contents)]
        assert len(set(keys)) == len(keys)
        for key, content in zip(keys, contents):
            is_kept(desk, key, content)

    def test_more_files_of_one_name_than_are_kept_apart_are_refused(self, local):
        # All as one batch; somewhere there may be a limit, but it is no failure of the server's.
        storage = local.storage()
        answers = [local.put(storage, b"%d" % number, "a.txt") for number in range(110)]
        taken = [answer for answer in answers if answer.status == 200]
        assert len({answer.key for answer in taken}) == len(taken) >= 100
        assert {answer.status for answer in answers} <= {200, 422}
        assert len([key for key in local.stored() if key.startswith(storage.folder)]) == len(taken)
        assert local.incoming() == {}

    def test_a_refusal_is_told_as_the_client_looks_for_it(self, desk):
        storage = desk.storage()
        storage.fields["key"] = storage.fields["key"].replace("attachments/", "attachments/9")
        with desk.unchanged():
            answer = desk.put(storage, CONTENT)
            assert answer.status == 403
            assert answer.complaint


class TestTheDotNetClient:
    """Its names are without quotes, its texts have types, and a name that is not ASCII comes twice."""

    boundary = "4f1f9ce1-3f0e-4a6b-8d52-2f2d2a7a2a3c"

    def post(self, desk, storage, disposition, content=CONTENT):
        texts = [
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}"
            .encode() for name, value in {"Content-Type": "application/octet-stream", **storage.fields}.items()]
        file = f"Content-Disposition: form-data; name=file; {disposition}\r\n\r\n".encode() + content
        body = form(*texts, file, boundary=self.boundary, end=b"\r\n")
        # It writes the boundary in quotes.
        lines = [desk.token()] if storage.provider == "local" else []
        answer = exchange(
            desk.server, head(len(body), *lines, path=storage.path, boundary=f'"{self.boundary}"'), body)
        assert answer.status in (200, 201), answer
        return answer.key

    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            ("filename=hello.txt; filename*=utf-8''hello.txt", "hello.txt"),
            ('filename="a b.txt"; filename*=utf-8\'\'a%20b.txt', "a b.txt"),
            ('filename="=?utf-8?B?w6kudHh0?="; filename*=utf-8\'\'%C3%A9.txt', "é.txt"),
            ("filename*=UTF-8''%C3%A9.txt; filename=e.txt", "é.txt"),
            # What is no UTF-8 names nothing; the plain name does.
            ("filename=plain.txt; filename*=utf-8''%FF.txt", "plain.txt"),
            ("filename=plain.txt; filename*=iso-8859-1''%E9.txt", "plain.txt"),
        ],
    )
    def test_an_upload(self, desk, disposition, name):
        storage = desk.storage()
        key = self.post(desk, storage, disposition)
        assert key == f"{storage.folder}/{name}"
        is_kept(desk, key)

    def test_the_second_name_leads_out_of_the_folder_no_more_than_the_first(self, desk):
        storage = desk.storage()
        key = self.post(desk, storage, "filename=a.txt; filename*=utf-8''..%2F..%2F..%2Fb.txt")
        assert key == f"{storage.folder}/b.txt"
        is_kept(desk, key)


class TestPieces:
    """A form may come in any pieces."""

    def send(self, local, pieces):
        """Sends pieces that the server takes one by one, and answers the key."""
        with connected(local.server) as connection:
            connection.sendall(head(None, local.token()) + b"".join(map(chunk, pieces)) + chunk(b""))
            answer = Answer(connection)
        assert answer.status == 200, answer
        return answer.key

    def test_of_a_byte_each(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        key = self.send(local, [body[place:place + 1] for place in range(len(body))])
        assert key == f"{storage.folder}/hello.txt"
        is_kept(local, key)

    def test_of_a_byte_each_on_the_wire(self, local):
        storage = local.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        call = head(len(body), local.token()) + body
        answer = exchange(local.server, *[call[place:place + 1] for place in range(len(call))])
        assert answer.status == 200, answer
        is_kept(local, answer.key)

    def test_split_at_every_place_around_the_boundaries(self, local):
        storage = local.storage()
        *_, last = storage.parts()
        # The one between the last field and the file, the end of the file's headers, and what ends the form.
        body = form(*storage.parts(), file_part(CONTENT, "0000.txt"))
        between, file, end = body.index(last) + len(last), body.index(CONTENT), body.index(CONTENT) + len(CONTENT)
        around = len(BOUNDARY) + 10
        for place in [*range(between - 2, between + around), *range(file - 6, file + 3), *range(end - 2, len(body))]:
            named = body.replace(b"0000.txt", b"%04d.txt" % place)
            key = self.send(local, [named[:place], named[place:]])
            assert key == f"{storage.folder}/{place:04}.txt"
            assert local.content(key) == CONTENT, f"split at {place}"

    def test_with_what_may_stand_around_a_form(self, local):
        storage = local.storage()
        plain = form(*storage.parts(), file_part(CONTENT))
        line = b"--" + BOUNDARY.encode()
        for body in [
            b"This is a form.\r\nNobody reads this.\r\n" + plain, b"\r\n" + plain,
            plain + b"\r\nNobody reads this either.\r\n" + line + b"\r\n", plain + b"\r\n" * 9,
            # Spaces may follow a boundary.
            plain.replace(line + b"\r\n", line + b" \t \r\n"),
        ]:
            answer = local.send(storage, body)
            assert answer.status == 200, answer
            assert local.content(answer.key) == CONTENT


class TestFields:
    def test_come_in_any_order_before_the_file(self, desk):
        storage = desk.storage()
        parts = storage.parts()
        for order in [parts[::-1], parts[3:] + parts[:3], sorted(parts)]:
            answer = desk.send(storage, form(*order, file_part(CONTENT)))
            assert answer.status in (200, 201), answer
            is_kept(desk, answer.key)

    def test_may_come_with_others_before_and_after_the_file(self, local):
        storage = local.storage()
        body = form(
            text_part("utf8", "✓"), *storage.parts(), text_part("", ""), file_part(CONTENT),
            text_part("commit", "Send"))
        answer = local.send(storage, body)
        assert answer.status == 200, answer
        is_kept(local, answer.key)

    @pytest.mark.parametrize(
        "prefix", ["x-R-Service", "X-R-Service", "x-4me", "X-4me", "x-xurrent", "X-Xurrent", "X-4ME", "x-r-service"])
    def test_of_the_local_form_have_the_names_of_all_editions(self, local, prefix):
        storage = local.storage()
        expiration, signature = (storage.fields[f"x-R-Service-{name}"] for name in ("expiration", "signature"))
        answer = local.send(storage, form(
            text_part("key", storage.fields["key"]), text_part(f"{prefix}-Expiration", expiration),
            text_part(f"{prefix}-Signature", signature), file_part(CONTENT)))
        assert answer.status == 200, answer
        is_kept(local, answer.key)

    def test_are_as_good_for_a_colleague(self, local):
        answer = local.put(local.storage("Tom Waters"), CONTENT, name="Ellen Brown")
        assert answer.status == 200, answer
        is_kept(local, answer.key)


def test_files_of_the_same_name_that_come_at_the_same_time_are_kept_apart(local):
    storage = local.storage()
    contents = [b"%d" % number * 1000 for number in range(8)]
    connections = [connected(local.server) for _ in contents]
    bodies = [form(*storage.parts(), file_part(content)) for content in contents]
    for connection, body in zip(connections, bodies):
        connection.sendall(head(len(body), local.token()) + body[:-1])
    for connection, body in zip(connections, bodies):
        connection.sendall(body[-1:])
    keys = []
    for connection in connections:
        with connection:
            keys.append(Answer(connection).key)
    assert [local.content(key) for key in keys] == contents


def test_a_connection_takes_one_upload_after_another(local):
    storage = local.storage()
    with connected(local.server) as connection:
        for number in range(3):
            body = form(*storage.parts(), file_part(b"%d" % number, f"{number}.txt"))
            connection.sendall(head(len(body), local.token()) + body)
            assert local.content(Answer(connection).key) == b"%d" % number


def test_a_client_that_asks_is_told_to_go_on(local):
    storage = local.storage()
    body = form(*storage.parts(), file_part(CONTENT))
    with connected(local.server) as connection:
        connection.sendall(head(len(body), local.token(), "Expect: 100-continue"))
        # Nothing of the form is sent before.
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        is_kept(local, Answer(connection).key)


class TestQuotas:
    def test_are_the_operators_choice(self, start_demo):
        desk = Desk(start_demo("--rate-limit", "off", "--upload-quota-person", "20", "--upload-quota-account", "off"))
        storage = desk.storage()
        assert desk.put(storage, b"x" * 20).status == 200
        with desk.unchanged():
            answer = desk.put(storage, b"x")
            assert answer.status == 422 and answer.json()["errors"][0][0] == "file"
        assert desk.put(desk.storage("Mark Camillo"), b"x" * 20, name="Mark Camillo").status == 200
