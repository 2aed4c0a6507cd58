"""Files are read by their addresses, whole and in parts, and can do no harm in a browser."""

import datetime
import email.utils
import http.client
import json
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import pytest

from attachments import Desk, connected, file_part, form
from steward import PATIENCE

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)


@pytest.fixture(scope="module")
def desk(start_demo):
    return Desk(start_demo("--rate-limit", "off"))


@pytest.fixture(scope="module")
def uri(desk):
    """The address of a file of 10,240 bytes."""
    return desk.uri(CONTENT, "a.bin")


def read(uri, method="GET", **headers):
    """The answer to exactly these headers; those of Python's that end in an underscore are spelt with dashes."""
    parts = urlsplit(uri)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        connection.putrequest(method, f"{parts.path}?{parts.query}", skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        response.content = response.read()
        return response
    finally:
        connection.close()


class TestTheAddress:
    def test_works_without_a_token_and_with_any(self, desk, uri):
        tokens = [None, *desk.demo.tokens.values(), "stwNobody", "", "x" * 5000]
        for token in tokens:
            answer = read(uri, **({} if token is None else {"Authorization": f"Bearer {token}"}))
            assert (answer.status, answer.content) == (200, CONTENT)
        assert read(uri, Authorization="Basic Zm9vOmJhcg==", X_4me_Account="nowhere").status == 200
        assert read(uri, Accept="image/png").status == 200

    def test_works_for_a_day_at_least_and_two_at_most(self, uri):
        expiry = int(parse_qs(urlsplit(uri).query)["expires"][0])
        hours = (expiry - datetime.datetime.now(datetime.timezone.utc).timestamp()) / 3600
        assert 23.9 < hours <= 48

    def test_names_the_server_as_the_client_does(self, desk):
        request = desk.request(note="A", note_attachments=[{"key": desk.upload()}])
        answer = desk.client().get(
            f"/requests/{request}/note_attachments", headers={"Host": "desk.widget.example:81"})
        assert answer.json()[0]["uri"].startswith("http://desk.widget.example:81/storage/attachments/")
        storage = desk.client().get("/attachments/storage", headers={"Host": "desk.widget.example:81"})
        assert storage.json()["upload_uri"] == "http://desk.widget.example:81/v1/attachments"

    def test_is_the_one_the_operator_names(self, start_demo):
        desk = Desk(start_demo("--rate-limit", "off", "--public-url", "https://desk.widget.example"))
        assert desk.storage().uri == "https://desk.widget.example/v1/attachments"
        uri = desk.uri(CONTENT)
        assert uri.startswith("https://desk.widget.example/storage/attachments/")
        answer = read(uri.replace("https://desk.widget.example", desk.server.origin))
        assert (answer.status, answer.content) == (200, CONTENT)

    def test_is_the_same_all_day_so_that_lists_stay_as_they_are(self, desk):
        request = desk.request(note="A", note_attachments=[{"key": desk.upload()}])
        person = desk.client().patch("/people/2", {"information_attachments": [{"key": desk.upload()}]})
        assert person.status_code == 200, person.text
        client = desk.client()
        for path in [f"/requests/{request}/note_attachments", f"/requests/{request}/notes", "/people/2",
                     "/people?fields=attachments"]:
            # Unless a day of UTC ends between the two calls.
            for _ in range(2):
                day = datetime.datetime.now(datetime.timezone.utc).date()
                first = client.get(path)
                assert "/storage/" in first.text
                second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
                if datetime.datetime.now(datetime.timezone.utc).date() == day:
                    break
            assert (second.status_code, second.content) == (304, b"")

    def test_is_not_counted_against_the_rate_limit(self, start_demo):
        desk = Desk(start_demo("--rate-limit", "3600/h,20/2s"))
        uri = desk.uri(CONTENT)
        assert {read(uri).status for _ in range(60)} == {200}

    def test_that_was_changed_opens_nothing(self, desk, uri):
        parts, whole = urlsplit(uri), {name: value for name, (value,) in parse_qs(urlsplit(uri).query).items()}
        expires, signature = int(whole["expires"]), whole["signature"]
        other = urlsplit(desk.uri(b"Others'", "a.bin"))

        def address(path=parts.path, **query):
            return f"{desk.server.origin}{path}?{urlencode(query)}"

        signatures = [
            "", "ÿ", signature[:-1], signature + "A", signature.swapcase(), "A" * len(signature),
            ("B" if signature[0] == "A" else "A") + signature[1:], parse_qs(other.query)["signature"][0]]
        expiries = ["", -1, 2**64, "soon", expires + 1, expires - 1, expires + 86_400, expires - 3 * 86_400]
        paths = [
            other.path, parts.path[:-1], parts.path + "x", parts.path + ".json", parts.path.rpartition("/")[0],
            parts.path.replace("a.bin", "A.BIN"), parts.path.replace("a.bin", "2/a.bin"), "/storage/",
            "/storage/" + "../" * 9 + "etc/passwd",
            "/storage/%2e%2e/%2e%2e/etc/passwd", "/storage/..%2F..%2Fx", "/storage/attachments%00",
            parts.path + "%00", "/storage/" + "x/" * 2000]
        assert read(address(**whole)).content == CONTENT
        with desk.unchanged():
            for wrong in [
                address(), address(expires=expires), address(signature=signature),
                *[address(**{**whole, "signature": signature}) for signature in signatures],
                *[address(**{**whole, "expires": expires}) for expires in expiries],
                *[address(path, **whole) for path in paths],
            ]:
                for headers in {}, {"Authorization": desk.token().partition(": ")[2]}:
                    answer = read(wrong, **headers)
                    # There is no such place at all.
                    expected = 404 if "/storage/?" in wrong else 403
                    assert answer.status == expected, (answer.status, wrong)
                    assert set(json.loads(answer.content)) == {"message"}

    def test_in_another_spelling_opens_the_same_file_or_none(self, desk, uri):
        path, _, query = uri.partition("?")
        for other in [
            f"{path}/?{query}", f"{path.replace('/storage/', '/storage//')}?{query}", f"{uri}&more=1",
            uri.replace("expires=", "expires=0"), uri.replace("expires=", "expires=%2B"), f"{uri}=",
            uri.replace("/attachments/", "/%61ttachments/"), uri.replace("/attachments/", "/attachments%2F"),
        ]:
            answer = read(other)
            assert answer.status in (200, 403) and (answer.status == 403 or answer.content == CONTENT), other

    def test_takes_no_other_verbs(self, desk, uri):
        with desk.unchanged():
            for verb in "POST", "PUT", "PATCH", "DELETE":
                answer = read(uri, verb, Content_Length="0")
                assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")
            # Nor do others lie at the place where files are sent to.
            assert read(f"{desk.server.origin}/v1/attachments?").status == 405


class TestRanges:
    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("0-0", 0, 0), ("0-99", 0, 99), ("100-199", 100, 199), (f"{SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE - 1),
            (f"{SIZE - 5}-", SIZE - 5, SIZE - 1), ("0-", 0, SIZE - 1), (f"0-{SIZE - 1}", 0, SIZE - 1),
            # An end beyond the end is the end.
            (f"0-{SIZE}", 0, SIZE - 1), (f"5-{SIZE * 9}", 5, SIZE - 1), (f"9-{2**63 - 1}", 9, SIZE - 1),
            ("-1", SIZE - 1, SIZE - 1), ("-100", SIZE - 100, SIZE - 1), (f"-{SIZE}", 0, SIZE - 1),
            (f"-{SIZE * 2}", 0, SIZE - 1), (f"-{2**63 - 1}", 0, SIZE - 1),
        ])
    def test_of_bytes_that_are_there(self, uri, asked, first, last):
        answer = read(uri, Range=f"bytes={asked}")
        assert answer.status == 206
        assert answer.getheader("Content-Range") == f"bytes {first}-{last}/{SIZE}"
        assert answer.getheader("Content-Length") == str(last - first + 1)
        assert answer.content == CONTENT[first:last + 1]

    def test_in_any_case_of_letters(self, uri):
        assert read(uri, Range="Bytes=1-2").content == CONTENT[1:3]

    @pytest.mark.parametrize("asked", [f"{SIZE}-", f"{SIZE}-{SIZE + 5}", f"{2**63 - 1}-", "-0"])
    def test_of_bytes_that_are_not_there(self, uri, asked):
        answer = read(uri, Range=f"bytes={asked}")
        assert answer.status == 416
        assert answer.getheader("Content-Range") == f"bytes */{SIZE}"
        assert CONTENT[:100] not in answer.content

    @pytest.mark.parametrize(
        "header",
        ["bytes=0-1,5-6", "bytes=0-1, 2-3", "bytes=0-1,", "bytes=", "bytes=-", "bytes=--1", "bytes=5-2", "bytes=a-b",
         "bytes=0x1-2", "bytes=1-2-3", "bytes=+1-2", "bytes=1.5-2", "bytes 0-1", "bytes", "", "lines=1-2", "0-1",
         # Numbers beyond all sizes may be taken for nonsense (RFC 9110, section 14.2).
         f"bytes={2**64}-", f"bytes=0-{2**64}", f"bytes=-{2**64}", "bytes=٣-٤", "bytes=0-1;", "bytes=-1-",
         f"bytes={','.join(f'{place}-{place}' for place in range(500))}"],
        ids=lambda header: header[:20].encode("ascii", "replace").decode())
    def test_that_are_several_or_none_get_all(self, uri, header):
        answer = read(uri, Range=header.encode())
        assert (answer.status, answer.content) == (200, CONTENT)
        assert answer.getheader("Content-Range") is None

    def test_of_the_bytes_one_knows_already(self, uri):
        whole = read(uri)
        tag, date = whole.getheader("ETag"), whole.getheader("Last-Modified")
        for validator in tag, date:
            answer = read(uri, Range="bytes=10-19", If_Range=validator)
            assert (answer.status, answer.content) == (206, CONTENT[10:20])
        later = email.utils.format_datetime(
            email.utils.parsedate_to_datetime(date) + datetime.timedelta(days=1), usegmt=True)
        # A tag is compared strongly here, and a date exactly (RFC 9110, section 13.1.5).
        for validator in '"other"', f"W/{tag}", "Sun, 06 Nov 1994 08:49:37 GMT", later, "nonsense", tag.strip('"'):
            answer = read(uri, Range="bytes=10-19", If_Range=validator)
            assert (answer.status, answer.content) == (200, CONTENT), validator

    def test_are_nothing_to_head(self, uri):
        # RFC 9110, section 14.2: ranges are defined for GET alone.
        answer = read(uri, "HEAD", Range="bytes=0-9")
        assert (answer.status, answer.getheader("Content-Length")) == (200, str(SIZE))

    def test_of_a_file_of_several_pieces(self, desk):
        content = bytes(range(251)) * 10_000
        uri = desk.uri(content, "b.bin")
        assert read(uri).content == content
        middle = 512 << 10
        for first, last in (0, len(content) - 1), (middle - 1, middle), (middle, 3 * middle), (5, len(content) - 6):
            assert read(uri, Range=f"bytes={first}-{last}").content == content[first:last + 1]


class TestConditions:
    def test_on_the_tag(self, uri):
        whole = read(uri)
        tag = whole.getheader("ETag")
        assert tag.startswith('"') and tag.endswith('"') and len(tag) > 2
        for known in tag, f"W/{tag}", f'"x", {tag}', f'W/"y" , {tag}', "*":
            answer = read(uri, If_None_Match=known)
            assert (answer.status, answer.content, answer.getheader("ETag")) == (304, b"", tag)
        for known in '"x"', tag[:-2] + '"', '""', tag.strip('"'):
            answer = read(uri, If_None_Match=known)
            assert (answer.status, answer.content) == (200, CONTENT), known
        # What is to match is compared strongly (RFC 9110, section 13.1.1).
        for demanded, status in (tag, 200), ("*", 200), (f'"x", {tag}', 200), (f"W/{tag}", 412), ('"x"', 412):
            assert read(uri, If_Match=demanded).status == status, demanded

    def test_on_the_time(self, uri):
        date = read(uri).getheader("Last-Modified")
        time = email.utils.parsedate_to_datetime(date)
        stored = datetime.datetime.now(datetime.timezone.utc) - time
        assert datetime.timedelta(seconds=-2) <= stored < datetime.timedelta(hours=1)

        def text(seconds):
            return email.utils.format_datetime(time + datetime.timedelta(seconds=seconds), usegmt=True)

        for seconds in 0, 1, 86_400:
            assert read(uri, If_Modified_Since=text(seconds)).status == 304
        for since in text(-1), text(-86_400), "nonsense", "", "0", "Sun, 31 Feb 2030 08:49:37 GMT", date.lower():
            answer = read(uri, If_Modified_Since=since)
            assert (answer.status, answer.content) == (200, CONTENT), since

    def test_on_the_time_count_only_where_there_is_none_on_the_tag(self, uri):
        date = read(uri).getheader("Last-Modified")
        assert read(uri, If_None_Match='"x"', If_Modified_Since=date).status == 200

    def test_that_the_file_is_still_the_same(self, uri):
        whole = read(uri)
        tag, date = whole.getheader("ETag"), whole.getheader("Last-Modified")
        assert read(uri, If_Match=tag).status == read(uri, If_Match="*").status == 200
        assert read(uri, If_Unmodified_Since=date).status == 200
        for condition in {"If_Match": '"x"'}, {"If_Unmodified_Since": "Sun, 06 Nov 1994 08:49:37 GMT"}:
            answer = read(uri, **condition)
            assert answer.status == 412, condition
            assert answer.content != CONTENT

    def test_come_before_ranges(self, uri):
        tag = read(uri).getheader("ETag")
        assert read(uri, If_None_Match=tag, Range="bytes=0-9").status == 304
        assert read(uri, If_None_Match='"x"', Range="bytes=0-9").status == 206

    def test_tell_files_apart(self, desk):
        first, second = read(desk.uri(b"one", "a.txt")), read(desk.uri(b"two", "a.txt"))
        assert first.getheader("ETag") != second.getheader("ETag")


def test_head_tells_what_get_would(uri):
    got, told = read(uri), read(uri, "HEAD")
    assert (told.status, told.content) == (200, b"")
    varying = {"X-Request-Id", "Date"}
    assert {name: value for name, value in told.getheaders() if name not in varying} == {
        name: value for name, value in got.getheaders() if name not in varying}
    assert told.getheader("Content-Length") == str(SIZE)
    assert told.getheader("Accept-Ranges") == "bytes"


def test_a_connection_serves_one_file_after_another(uri):
    parts = urlsplit(uri)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    target = f"{parts.path}?{parts.query}"
    for method, headers, expected in [
        ("GET", {}, CONTENT), ("HEAD", {}, b""), ("GET", {"Range": "bytes=0-9"}, CONTENT[:10]),
        ("GET", {"If-None-Match": "*"}, b""), ("GET", {"Range": f"bytes={SIZE}-"}, None), ("GET", {}, CONTENT),
    ]:
        connection.request(method, target, headers=headers)
        answer = connection.getresponse().read()
        assert expected is None or answer == expected
    connection.close()


def test_a_client_that_goes_away_while_it_reads_is_no_error_of_the_server(desk):
    uri = urlsplit(desk.uri(b"x" * (8 << 20), "large.bin"))
    length = len(desk.server.log)
    with connected(desk.server) as connection:
        connection.sendall(f"GET {uri.path}?{uri.query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert read(uri.geturl(), Range="bytes=0-9").content == b"x" * 10
    new = desk.server.log[length:]
    assert " error " not in new and "status=5" not in new, new


class TestNames:
    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("a b.txt", "a b.txt"), ("50%.txt", "50_.txt"), ("a;b=c,d.txt", "a;b=c,d.txt"), ("it's.txt", "it's.txt"),
            ("résumé.txt", "r_sum_.txt"), ("日本語.txt", "___.txt"), ("ملف.txt", "___.txt"), ("🙂.txt", "_.txt"),
            ("a\u202etxt.exe", "a_txt.exe"), ("..a", "..a"), (".htaccess", ".htaccess"), ("a..txt", "a..txt"),
            ("-rf", "-rf"), (" a ", " a "), ("CON", "CON"), ("a.txt.", "a.txt."), ("#?&+.txt", "#?&+.txt"),
            ("%2e%2e%2fx", "_2e_2e_2fx"), ("${filename}", "${filename}"), ("data.json", "data.json"),
            ("~`!@$^*()[]{}|<>.txt", "~`!@$^*()[]{}|<>.txt"),
        ],
    )
    def test_of_all_kinds_come_back_as_they_were(self, desk, name, plain):
        file, = desk.note(desk.upload(CONTENT, name))
        assert file["name"] == name
        assert file["key"].rpartition("/")[2] == name
        assert unquote(urlsplit(file["uri"]).path).rpartition("/")[2] == name
        answer = read(file["uri"])
        assert (answer.status, answer.content) == (200, CONTENT)
        kind, simple, extended = self.disposition(answer)
        assert (kind, simple) == ("attachment", plain)
        assert extended == f"UTF-8''{quote(name, safe='')}"

    @pytest.mark.parametrize(
        ("sent", "name"),
        # Clients escape quotes; before anything else a backslash parts the folders of Windows.
        [('say \\"hello\\".txt', 'say "hello".txt'), ('C:\\say \\"hello\\".txt', 'say "hello".txt'),
         ("it\\s.txt", "s.txt")])
    def test_with_quotes_and_backslashes_are_those_of_the_file(self, desk, sent, name):
        file, = desk.note(desk.put(desk.storage(), CONTENT, sent).key)
        assert file["name"] == name
        answer = read(file["uri"])
        assert (answer.status, answer.content) == (200, CONTENT)
        assert self.disposition(answer) == ("attachment", name.replace('"', "_"), f"UTF-8''{quote(name, safe='')}")

    def disposition(self, answer):
        """The three parts of the header that names the file (RFC 6266)."""
        kind, simple, extended = answer.getheader("Content-Disposition").rsplit("; filename", 2)
        assert simple.startswith('="') and simple.endswith('"') and '"' not in simple[2:-1]
        assert "\\" not in simple and simple.isascii()
        assert extended.startswith("*=") and extended.isascii()
        return kind, simple[2:-1], extended[2:]


class TestBrowsers:
    SHOWN = {"gif": "image/gif", "png": "image/png", "jpg": "image/jpeg", "PNG": "image/png", "mp4": "video/mp4"}
    HARMFUL = b"<html><svg xmlns='http://www.w3.org/2000/svg'><script>alert(document.domain)</script></svg></html>"

    @pytest.mark.parametrize(
        "name",
        ["page.html", "page.HTML", "page.htm", "page.xhtml", "page.xml", "drawing.svg", "drawing.SVG", "script.js",
         "feed.xsl", "a.pdf", "a.swf", "a.mht", "a.txt", "a.json", "a.css", "a.png.html", "a.png%00.html", "a",
         "a.html.", "a.wasm", "a.png "])
    def test_do_not_open_what_could_run(self, desk, name):
        answer = read(desk.uri(self.HARMFUL, name))
        assert answer.content == self.HARMFUL
        assert answer.getheader("Content-Disposition").startswith("attachment;")
        assert "html" not in answer.getheader("Content-Type")
        self.is_harmless(answer)

    @pytest.mark.parametrize("ending", SHOWN)
    def test_show_pictures_and_films_and_run_nothing(self, desk, ending):
        answer = read(desk.uri(self.HARMFUL, f"a.{ending}"))
        assert answer.getheader("Content-Type") == self.SHOWN[ending]
        assert answer.getheader("Content-Disposition").startswith("inline;")
        self.is_harmless(answer)

    @pytest.mark.parametrize("name", ["png", "mp4", "txt"])
    def test_are_not_told_of_a_type_where_the_name_has_no_ending(self, desk, name):
        answer = read(desk.uri(self.HARMFUL, name))
        assert answer.getheader("Content-Type") == "application/octet-stream"
        assert answer.getheader("Content-Disposition").startswith("attachment;")

    def test_are_not_told_what_the_client_said_it_was(self, desk):
        storage = desk.storage()
        file = file_part(self.HARMFUL, "a.txt").replace(b"application/octet-stream", b"text/html")
        answer = desk.send(storage, form(*storage.parts(**{"Content-Type": "text/html"}), file))
        uri = desk.note(answer.key)[0]["uri"]
        assert read(uri).getheader("Content-Type").startswith("text/plain")

    def test_get_the_same_protection_with_a_part_and_with_nothing(self, desk):
        uri = desk.uri(self.HARMFUL, "drawing.svg")
        tag = read(uri).getheader("ETag")
        for status, headers in [
            (206, {"Range": "bytes=0-9"}), (416, {"Range": "bytes=999-"}), (304, {"If_None_Match": tag}),
            (412, {"If_Match": '"x"'}),
        ]:
            answer = read(uri, **headers)
            assert answer.status == status
            self.is_harmless(answer)
        self.is_harmless(read(uri, "HEAD"))

    def is_harmless(self, answer):
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        policy = [part.strip() for part in answer.getheader("Content-Security-Policy").split(";")]
        assert "default-src 'none'" in policy and "sandbox" in policy
        # A proxy keeps it for nobody else.
        assert "private" in answer.getheader("Cache-Control")


def test_the_description_of_the_server_holds_for_files_too(desk):
    client = desk.client()
    described = client.description.document["paths"]
    assert set(described["/v1/attachments/storage"]) == {"get"} and set(described["/v1/attachments"]) == {"post"}
    assert "/v1/requests/{id}/note_attachments" in described
