"""Files in a bucket: clients send them to the store itself by a signed form, and read them through the server."""

import base64
import contextlib
import datetime
import hashlib
import hmac
import itertools
import json
import subprocess
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from attachments import BUCKETS, FILE_NAME, BucketDesk, Desk, connected, exchange, file_part, form, head
from attachments import keys_of, peak
from radosgw import Gateway
from steward import PATIENCE, run
from test_command_failures import fails

CONTENT = bytes(range(256)) * 40
LIMIT = 100_000
LARGE = 64 << 20


@pytest.fixture(scope="module")
def desk(start_demo, gateway):
    return BucketDesk(start_demo, gateway, "--upload-limit", str(LIMIT))


class Silence:
    """A store that takes connections and says nothing, and calls that wait for it."""

    def __init__(self, start_demo, gateway):
        self.desk = desk = BucketDesk(start_demo, gateway)
        self.uri, key = desk.uri(CONTENT), desk.upload(CONTENT)
        self.rows = desk.rows()
        self.stillness = contextlib.ExitStack()
        self.stillness.enter_context(gateway.standing_still())
        self.pool = ThreadPoolExecutor(2)
        # The clients are made here, as both are to call at the same time.
        howard, other = desk.client(), desk.client("Mark Camillo")
        self.calls = [self.pool.submit(call) for call in [
            lambda: read(self.uri),
            lambda: howard.patch("/people/2", {"information_attachments": [{"key": key}]})]]
        assert other.get("/requests").status_code == 200, "who needs no file does not wait"

    def answers(self):
        return [call.result() for call in self.calls]

    def end(self):
        self.stillness.close()


@pytest.fixture(scope="module", autouse=True)
def silence(start_demo):
    """The server waits 20 seconds for a store that says nothing; the other tests are run meanwhile."""
    gateway = Gateway()
    try:
        silence = Silence(start_demo, gateway.create().start())
        yield silence
        silence.end()
        silence.pool.shutdown()
    finally:
        gateway.remove()


def read(uri, **headers):
    return requests.get(
        uri, headers={name.replace("_", "-"): value for name, value in headers.items()}, timeout=PATIENCE)


class TestTheStorageAnswer:
    def test_has_all_that_the_store_wants(self, desk, gateway):
        answer = desk.storage().answer
        assert (answer["provider"], answer["size_limit"], answer["allowed_extensions"]) == ("s3", LIMIT, [])
        assert answer["upload_uri"] == f"{gateway.endpoint}/{desk.bucket}/"
        fields = answer["s3"]
        assert list(fields) == [
            "acl", "key", "policy", "success_action_status", "x-amz-algorithm", "x-amz-credential", "x-amz-date",
            "x-amz-server-side-encryption", "x-amz-signature"]
        assert fields["success_action_status"] == 201 and isinstance(fields["success_action_status"], int)
        assert fields["key"].startswith("attachments/") and fields["key"].endswith("/" + FILE_NAME)
        date = fields["x-amz-date"][:8]
        assert fields["x-amz-credential"] == f"{gateway.access_key}/{date}/{gateway.region}/s3/aws4_request"
        assert gateway.secret_key not in json.dumps(answer)

    def test_allows_an_hour_and_no_more(self, desk):
        policy = json.loads(base64.b64decode(desk.storage().fields["policy"]))
        left = datetime.datetime.fromisoformat(policy["expiration"]) - datetime.datetime.now(datetime.timezone.utc)
        assert datetime.timedelta(0) < left <= datetime.timedelta(hours=1)

    def test_names_a_folder_of_its_own_each_time(self, desk):
        folders = {desk.storage().folder for _ in range(3)}
        assert len(folders) == 3


class TestUploads:
    def test_by_the_line_of_the_protocol(self, desk, tmp_path):
        path = tmp_path / "helloworld.txt"
        path.write_bytes(b"Sixteen letters!")
        storage = desk.storage()
        fields = itertools.chain.from_iterable(("-F", f"{name}={value}") for name, value in storage.fields.items())
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--write-out", "\n%{http_code}", "-F", "Content-Type=plain/text",
             *fields, "-F", f"file=@{path}", storage.uri], capture_output=True, text=True, timeout=PATIENCE)
        body, _, status = done.stdout.rpartition("\n")
        assert status == "201", done
        key = xml.etree.ElementTree.fromstring(body).findtext("{*}Key")
        assert key == f"{storage.folder}/helloworld.txt"
        assert f"<Key>{key}</Key>" in body
        file, = desk.note(key)
        assert (file["name"], file["size"]) == ("helloworld.txt", 16)
        assert read(file["uri"]).content == b"Sixteen letters!"

    def test_as_the_ruby_client_sends_them(self, desk):
        storage = desk.storage()
        answers = [desk.put(storage, CONTENT * number, f"a {number}.txt") for number in (1, 2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        keys = [answer.text.split("<Key>")[1].split("</Key>")[0] for answer in answers]
        request = desk.request(note="Two.", note_attachments=[
            {"key": key, "filesize": len(CONTENT) * (number + 1)} for number, key in enumerate(keys)])
        note, = desk.client().get(f"/requests/{request}/notes").json()
        assert [file["name"] for file in note["attachments"]] == ["a 1.txt", "a 2.txt"]
        for number, file in enumerate(note["attachments"]):
            assert read(file["uri"]).content == CONTENT * (number + 1)

    def test_as_the_dot_net_client_sends_them(self, desk):
        storage, boundary = desk.storage(), "4f1f9ce1-3f0e-4a6b-8d52-2f2d2a7a2a3c"
        texts = [
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}"
            .encode() for name, value in {"Content-Type": "text/plain", **storage.fields}.items()]
        file = b"Content-Disposition: form-data; name=file; filename=hello.txt; filename*=utf-8''hello.txt\r\n\r\n"
        answer = desk.post(storage, form(*texts, file + CONTENT, boundary=boundary, end=b"\r\n"), boundary)
        assert answer.status_code == 201, answer.text
        assert desk.content(f"{storage.folder}/hello.txt") == CONTENT

    @pytest.mark.parametrize(
        "name",
        ["a b.txt", "é.txt", "日本語.txt", "🙂.png", "a&b.txt", "50%.txt", "a+b=c,d.txt", "#?.txt", "~'()*!$@:.txt"])
    def test_of_files_with_any_name_are_read_by_it(self, desk, name):
        key = desk.upload(CONTENT, name)
        assert key.rpartition("/")[2] == name
        file, = desk.note(key)
        assert (file["name"], file["key"], file["size"]) == (name, key, len(CONTENT))
        assert read(file["uri"]).content == CONTENT

    @pytest.mark.parametrize("kind", ["text/plain", "image/svg+xml", "text/html", "nonsense", ""])
    def test_of_any_type(self, desk, kind):
        storage = desk.storage()
        answer = desk.put(storage, CONTENT, **{"Content-Type": kind})
        assert answer.status_code == 201, answer.text
        file, = desk.note(f"{storage.folder}/hello.txt")
        # What the client said it was is not believed.
        assert read(file["uri"]).headers["Content-Type"] == "text/plain; charset=utf-8"

    def test_up_to_the_limit(self, desk):
        for size in 1, LIMIT:
            assert desk.note(desk.upload(b"x" * size))

    def test_beyond_what_was_allowed_are_refused_by_the_store(self, desk):
        storage, other = desk.storage(), desk.storage()
        policy = json.loads(base64.b64decode(storage.fields["policy"]))
        open_policy = base64.b64encode(json.dumps({**policy, "conditions": []}).encode()).decode()
        later = base64.b64encode(json.dumps({**policy, "expiration": "2999-01-01T00:00:00.000Z"}).encode()).decode()
        with desk.unchanged():
            for status, fields in [
                (403, {"x-amz-signature": "0" * 64}), (403, {"x-amz-signature": other.fields["x-amz-signature"]}),
                (403, {"policy": open_policy}), (403, {"policy": later}), (403, {"policy": other.fields["policy"]}),
                (403, {"key": other.fields["key"]}), (403, {"key": "attachments/" + FILE_NAME}), (403, {"key": "x"}),
                (403, {"acl": "public-read"}), (403, {"success_action_status": "200"}),
                (403, {"x-amz-server-side-encryption": "aws:kms"}),
            ]:
                answer = desk.put(storage, CONTENT, **fields)
                assert answer.status_code == status, (fields, answer.text)
            for content in b"", b"x" * (LIMIT + 1), b"x" * (LIMIT * 5):
                answer = desk.put(storage, content)
                assert answer.status_code == 400, (len(content), answer.text)
                assert "<Code>EntityToo" in answer.text
        assert desk.put(storage, CONTENT).status_code == 201

    def test_after_their_time_are_refused_by_the_store(self, desk, gateway):
        # An expired policy as the server would have signed it.
        def sign(seconds):
            now = datetime.datetime.now(datetime.timezone.utc)
            storage = desk.storage()
            policy = json.loads(base64.b64decode(storage.fields["policy"]))
            expiration = now + datetime.timedelta(seconds=seconds)
            policy["expiration"] = expiration.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            text = base64.b64encode(json.dumps(policy).encode()).decode()
            key = f"AWS4{gateway.secret_key}".encode()
            for part in [storage.fields["x-amz-date"][:8], gateway.region, "s3", "aws4_request", text]:
                key = hmac.digest(key, part.encode(), hashlib.sha256)
            return storage, {"policy": text, "x-amz-signature": key.hex()}

        storage, fields = sign(600)
        assert desk.put(storage, CONTENT, **fields).status_code == 201
        storage, fields = sign(-60)
        with desk.unchanged():
            assert desk.put(storage, CONTENT, **fields).status_code == 403

    def test_to_the_server_itself_have_no_place_there(self, desk):
        storage = desk.storage()
        body = form(*storage.parts(), file_part(CONTENT))
        with desk.unchanged():
            for lines in [], [desk.token()]:
                answer = exchange(desk.server, head(len(body), *lines), body)
                assert answer.status == 404, answer
        assert read(f"{desk.server.origin}/storage/{storage.folder}/hello.txt").status_code == 403


class TestKeys:
    def test_of_files_that_never_came_are_refused(self, desk):
        storage, key = desk.storage(), desk.upload(CONTENT)
        folder = key.rpartition("/")[0]
        with desk.unchanged():
            for wrong in [
                f"{storage.folder}/hello.txt", storage.fields["key"], f"{folder}/other.txt", folder, f"{folder}/",
                key.replace("/hello", "/%68ello"), f"{folder}/../{key}", key + "?acl", key + "?x=1", "/" + key,
                key + "\0",
            ]:
                files = [{"key": key}, {"key": wrong}]
                answer = desk.client().post(
                    "/requests", {"subject": "A", "category": "other", "note": "A", "note_attachments": files})
                assert answer.status_code == 422, (wrong, answer.text)
                assert [field for field, _ in answer.json()["errors"]] == ["note_attachments"]

    def test_with_a_wrong_size_are_refused(self, desk):
        key = desk.upload(CONTENT)
        with desk.unchanged():
            for size in len(CONTENT) + 1, 0, "1":
                answer = desk.client().patch(
                    "/people/2", {"information_attachments": [{"key": key, "filesize": size}]})
                assert answer.status_code == 422, answer.text
        answer = desk.client().patch(
            "/people/2", {"information_attachments": [{"key": key, "filesize": len(CONTENT)}]})
        assert (answer.status_code, answer.json()["attachments"][0]["key"]) == (200, key)

    def test_of_another_account_are_refused(self, desk):
        key = desk.upload(name="Frank Watson")
        with desk.unchanged():
            answer = desk.client().patch("/people/2", {"information_attachments": [{"key": key}]})
            assert answer.status_code == 422, answer.text

    def test_that_others_put_into_the_bucket_are_refused(self, desk, gateway):
        # The store knows them, this server does not.
        for key in "attachments/x", "backup.tar", "attachments/1/2026/01/01/1/x/hello.txt":
            gateway.ask("PUT", f"/{desk.bucket}/{key}", body=CONTENT)
            answer = desk.client().patch("/people/2", {"information_attachments": [{"key": key}]})
            assert answer.status_code == 422, answer.text

    def test_of_files_that_are_not_allowed_here_are_refused(self, start_demo, gateway):
        # The store itself knows nothing of extensions.
        desk = BucketDesk(start_demo, gateway, "--upload-extensions", "csv")
        wrong, right = desk.upload(CONTENT, "a.exe"), desk.upload(CONTENT, "A.CSV")
        with desk.unchanged():
            answer = desk.client().patch("/people/2", {"information_attachments": [{"key": wrong}]})
            assert answer.status_code == 422, answer.text
            assert "csv" in answer.text
        assert desk.note(right)


class TestReading:
    @pytest.fixture(scope="class")
    @staticmethod
    def uri(desk):
        return desk.uri(CONTENT, "a b.bin")

    def test_is_through_the_server_and_without_a_token(self, desk, uri):
        assert uri.startswith(f"{desk.server.origin}/storage/attachments/")
        answer = read(uri)
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert answer.headers["Content-Length"] == str(len(CONTENT))
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="a b.bin"')
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert not [name for name in answer.headers if name.lower().startswith("x-amz")]
        told = requests.head(uri, timeout=PATIENCE)
        assert (told.status_code, told.headers["Content-Length"]) == (200, str(len(CONTENT)))
        assert read(uri.replace("signature=", "signature=x")).status_code == 403

    def test_of_ranges(self, uri):
        size = len(CONTENT)
        for asked, first, last in [("0-99", 0, 99), ("5000-5000", 5000, 5000), (f"{size - 1}-", size - 1, size - 1),
                                   ("-100", size - 100, size - 1), (f"100-{size * 9}", 100, size - 1)]:
            answer = read(uri, Range=f"bytes={asked}")
            assert (answer.status_code, answer.content) == (206, CONTENT[first:last + 1]), asked
            assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert read(uri, Range=f"bytes={size}-").status_code == 416
        for asked in "0-1,4-5", "5-2", "x":
            assert read(uri, Range=f"bytes={asked}").content == CONTENT

    def test_of_what_changed_only(self, uri):
        whole = read(uri)
        tag, date = whole.headers["ETag"], whole.headers["Last-Modified"]
        for headers in {"If_None_Match": tag}, {"If_None_Match": "*"}, {"If_Modified_Since": date}:
            answer = read(uri, **headers)
            assert (answer.status_code, answer.content) == (304, b"")
        for headers in {"If_None_Match": '"x"'}, {"If_Modified_Since": "Sun, 06 Nov 1994 08:49:37 GMT"}:
            assert read(uri, **headers).content == CONTENT
        assert read(uri, Range="bytes=0-9", If_Range=tag).content == CONTENT[:10]
        assert read(uri, Range="bytes=0-9", If_Range='"x"').content == CONTENT
        assert read(uri, If_Match='"x"').status_code == 412

    def test_of_what_is_gone(self, desk, gateway):
        file, = desk.note(desk.upload())
        gateway.ask("DELETE", f"/{desk.bucket}/{file['key']}")
        assert read(file["uri"]).status_code == 404

    def test_of_many_at_once(self, desk):
        contents = {desk.uri(bytes([number]) * 50_000): bytes([number]) * 50_000 for number in range(16)}
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(lambda uri: read(uri).content, contents)) == list(contents.values())


class TestAStoreThatIsAway:
    """The calls that need it say so, and the others go on."""

    @pytest.fixture(scope="class")
    @staticmethod
    def store():
        """A store that may be stopped."""
        gateway = Gateway()
        try:
            yield gateway.create().start()
        finally:
            gateway.remove()

    @contextlib.contextmanager
    def stopped(self, store):
        store.stop()
        try:
            yield
        finally:
            store.start()

    def test_stops_only_what_needs_it(self, start_demo, store):
        desk = BucketDesk(start_demo, store)
        client, uri, key = desk.client(), desk.uri(CONTENT), desk.upload(CONTENT)
        request = desk.request(note="A", note_attachments=[{"key": key}])
        rows = desk.rows()
        note = {"subject": "A", "category": "other", "note": "A", "note_attachments": [{"key": key}]}
        with self.stopped(store):
            with ThreadPoolExecutor(4) as pool:
                calls = [pool.submit(call) for call in [
                    lambda: read(uri), lambda: requests.head(uri, timeout=PATIENCE),
                    lambda: client.post("/requests", note),
                    lambda: desk.client("Ellen Brown").post(
                        f"/requests/{request}/notes", {"text": "A", "attachments": [{"key": key}]})]]
                # Meanwhile, nobody else waits.
                other = desk.client("Mark Camillo")
                assert other.get("/attachments/storage").json()["provider"] == "s3"
                file, = other.get(f"/requests/{request}/note_attachments").json()
                assert file["key"] == key
                for answer in [call.result() for call in calls]:
                    assert answer.status_code == 503, answer.text
                    assert int(answer.headers["Retry-After"]) > 0
                    assert store.secret_key not in answer.text and CONTENT[:50] not in answer.content
            assert desk.rows() == rows
            # What asks for no file is done without the store.
            assert client.post(f"/requests/{request}/notes", {"text": "Without."}).status_code == 201
            assert read(uri.replace("signature=", "signature=x")).status_code == 403
        log = desk.server.log
        assert store.secret_key not in log and "status=500" not in log
        # As soon as it is there again, it is asked again.
        answer = read(uri)
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert desk.note(desk.upload(CONTENT))

    def test_does_not_keep_the_server_from_starting(self, start_demo, store):
        address = store.create_bucket(f"files-{next(BUCKETS)}")
        with self.stopped(store):
            demo = start_demo("--rate-limit", "off", "--files", address, **keys_of(store))
            assert " warning " in demo.server.log and store.secret_key not in demo.server.log
            assert Desk(demo).storage().provider == "s3"

    def test_that_stands_still_is_not_waited_for_without_end(self, silence):
        for answer in silence.answers():
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) > 0
        assert silence.desk.rows() == silence.rows
        silence.end()
        assert read(silence.uri).content == CONTENT


class TestLargeFiles:
    @pytest.fixture(scope="class")
    @staticmethod
    def large(start_demo, gateway):
        """A server, and the address of a file that it has read a part of already."""
        desk = BucketDesk(start_demo, gateway)
        uri = desk.uri(b"x" * LARGE, "large.bin")
        assert len(read(uri, Range="bytes=0-4000000").content) == 4_000_001
        return desk, uri

    def test_are_not_held_on_their_way(self, large):
        desk, uri = large
        before = peak(desk.server)
        with connected(desk.server) as waiting:
            path = uri.removeprefix(desk.server.origin)
            waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            assert waiting.recv(1000).startswith(b"HTTP/1.1 200")
            # One client does not read on; another one reads all.
            with requests.get(uri, stream=True, timeout=PATIENCE) as answer:
                assert sum(len(piece) for piece in answer.iter_content(1 << 20)) == LARGE
            assert peak(desk.server) - before < 16 << 10

    def test_that_nobody_reads_to_the_end_are_no_error_of_the_server(self, large):
        desk, uri = large
        length = len(desk.server.log)
        for _ in range(3):
            with requests.get(uri, stream=True, timeout=PATIENCE) as answer:
                assert len(answer.raw.read(1000)) == 1000
        assert read(uri, Range="bytes=0-9").content == b"x" * 10
        new = desk.server.log[length:]
        assert " error " not in new and "status=5" not in new, new


class TestStarting:
    def serve(self, database, address, **variables):
        return run(
            "serve", "--port", 0, "--log-level", "critical", "--database", database, "--files", address, **variables)

    def test_with_a_wrong_secret_is_refused(self, gateway, database):
        address = gateway.create_bucket(f"files-{next(BUCKETS)}")
        wrong = "not/the+secret"
        done = self.serve(database, address, AWS_ACCESS_KEY_ID=gateway.access_key, AWS_SECRET_ACCESS_KEY=wrong)
        fails(done, gateway.endpoint, "--files")
        assert wrong not in done.stderr

    def test_with_an_access_key_that_nobody_has_is_refused(self, gateway, database):
        address = gateway.create_bucket(f"files-{next(BUCKETS)}")
        done = self.serve(
            database, address, AWS_ACCESS_KEY_ID="NOBODY", AWS_SECRET_ACCESS_KEY=gateway.secret_key)
        fails(done, "--files")
        assert gateway.secret_key not in done.stderr

    def test_with_a_bucket_that_is_not_there_is_refused(self, gateway, database):
        done = self.serve(database, gateway.url("missing"), **keys_of(gateway))
        fails(done, "missing", gateway.endpoint, "--files")
        assert gateway.secret_key not in done.stderr

    def test_writes_the_secret_nowhere(self, start_demo, gateway):
        desk = BucketDesk(start_demo, gateway, "--log-level", "trace")
        assert desk.note(desk.upload())
        secret = gateway.secret_key.encode()
        for path in desk.demo.folder.iterdir():
            assert path.is_dir() or secret not in path.read_bytes(), path

    def test_takes_another_place_for_uploads_than_its_own(self, start_demo, gateway):
        # Clients may reach the store elsewhere than the server does.
        address = gateway.create_bucket(f"files-{next(BUCKETS)}")
        demo = start_demo("--files", f"{address}&upload=https%3A%2F%2Fuploads.example.com%2Fhere", **keys_of(gateway))
        assert Desk(demo).storage().uri == "https://uploads.example.com/here"


class TestQuotas:
    def test_count_what_is_put_on_records(self, start_demo, gateway):
        desk = BucketDesk(start_demo, gateway, "--upload-quota-person", str(len(CONTENT)))
        key = desk.upload(CONTENT)
        # The server does not see what goes straight to the store.
        assert desk.storage()
        for _ in range(2):
            desk.note(key)
        answer = desk.client().get("/attachments/storage")
        assert answer.status_code == 422, answer.text
        field, complaint = answer.json()["errors"][0]
        assert field == "file" and f"(maximum is {len(CONTENT)} bytes)" in complaint
        assert desk.storage("Mark Camillo"), "others may go on"
