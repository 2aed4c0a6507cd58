"""A plain client that holds every JSON answer against the server's own description."""

import re

import requests
from jsonschema import Draft202012Validator

from steward import PATIENCE


class Description:
    """The OpenAPI document of a server."""

    def __init__(self, document: dict):
        self.document = document
        self.validators = {}
        self.patterns = [
            (re.compile(re.sub(r"\{list\}", "[a-z_]+", re.sub(r"\{\w*id\}", "[0-9]+", path)) + "$"), item)
            for path, item in sorted(document["paths"].items(), key=lambda entry: entry[0].count("{"))
        ]

    def check(self, response: requests.Response) -> None:
        path = response.request.path_url.split("?")[0].rstrip("/")
        item = next((item for pattern, item in self.patterns if pattern.match(path)), None)
        assert item, f"{path} is not described"
        operation = item[response.request.method.lower()]
        described = operation["responses"].get(str(response.status_code))
        assert described, f"{response.request.method} {path}: {response.status_code} is not described"
        if "content" not in described:
            assert not response.content, f"{response.request.method} {path}: a body is not described"
            return
        assert response.headers["Content-Type"].startswith("application/json")
        if id(described) not in self.validators:
            schema = described["content"]["application/json"]["schema"]
            self.validators[id(described)] = Draft202012Validator(
                {**schema, "components": self.document["components"]})
        self.validators[id(described)].validate(response.json())


class Client:
    """Calls as one person."""

    def __init__(self, server, token: str | None, account: str | None = None):
        self.base = f"{server.origin}/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"
        if account:
            self.session.headers["X-4me-Account"] = account
        self.description = Description(requests.get(f"{self.base}/openapi.json", timeout=PATIENCE).json())

    def call(self, verb: str, path: str, **options) -> requests.Response:
        response = self.session.request(verb, self.base + path, timeout=PATIENCE, **options)
        self.description.check(response)
        return response

    def get(self, path: str, **options) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: dict) -> requests.Response:
        return self.call("POST", path, json=body)

    def patch(self, path: str, body: dict) -> requests.Response:
        return self.call("PATCH", path, json=body)

    def everything(self, path: str):
        """All records of a collection, page after page as the links lead."""
        url = f"{self.base}{path}{'&' if '?' in path else '?'}per_page=100"
        while url:
            response = self.session.get(url, timeout=PATIENCE)
            self.description.check(response)
            assert response.status_code == 200, response.text
            yield from response.json()
            url = response.links.get("next", {}).get("url")
