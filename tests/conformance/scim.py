"""A client that speaks to the real application over a real store, as an identity provider without a dialect does.

Every answer is also checked for what holds of all answers (``unwritten`` in tests/conversations/replay.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from falcon.testing import TestClient

from scim_container.container import Container
from scim_falcon import HttpSettings, create_app
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from tests.conversations.replay import BASE, MEDIA_TYPE, unwritten

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
SEARCH_REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``body`` is the document (None without one); ``headers`` are found in any case."""

    status: int
    headers: Any
    body: Any

    @property
    def scim_type(self):
        """Return the ``scimType`` of an error, None without one."""
        return self.body.get("scimType")

    @property
    def resources(self):
        """Return the resources of a ListResponse."""
        return self.body["Resources"]


@dataclass(frozen=True, slots=True)
class Scim:
    """One integration's client. ``store`` is what the service keeps everything in."""

    client: TestClient
    secret: str
    container: Any
    store: Any

    def ask(self, method, path, body=None, *, headers=None, text=None, **query):
        """Send a request; a header that is None is left out, *text* is a body as it stands."""
        content = text if body is None else json.dumps(body)
        sent = {"Authorization": f"Bearer {self.secret}"}
        if content is not None:
            sent["Content-Type"] = MEDIA_TYPE
        sent |= headers or {}
        path, _, written = path.partition("?")
        answer = self.client.simulate_request(
            method,
            BASE + path,
            query_string="&".join(filter(None, [written, urlencode(query)])),
            headers={name: value for name, value in sent.items() if value is not None},
            body=content,
        )
        document = json.loads(answer.content) if answer.content else None
        if method != "HEAD":
            problems = unwritten(answer, document)
            assert not problems, (method, path, problems, document)
        return Answer(answer.status_code, answer.headers, document)

    def get(self, path, **query):
        """Send a GET; *query* are its parameters, as in ``get("/Users", filter='title pr', count=1)``."""
        return self.ask("GET", path, **query)

    def post(self, path, body, **query):
        """Send a POST."""
        return self.ask("POST", path, body, **query)

    def put(self, path, body, **query):
        """Send a PUT."""
        return self.ask("PUT", path, body, **query)

    def patch(self, path, *operations, **query):
        """Send a PATCH with these operations."""
        return self.ask("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)}, **query)

    def delete(self, path, **query):
        """Send a DELETE."""
        return self.ask("DELETE", path, **query)

    def search(self, path, **request):
        """Send a SearchRequest to *path*, ``/.search`` or ``/Users/.search``."""
        return self.ask("POST", path, {"schemas": [SEARCH_REQUEST], **request})

    def bulk(self, *operations, **request):
        """Send a BulkRequest with these operations."""
        return self.ask("POST", "/Bulk", {"schemas": [BULK_REQUEST], "Operations": list(operations), **request})

    def found(self, filter, path="/Users"):
        """Return the set of userNames, or displayNames of groups, that *filter* selects."""
        answer = self.get(path, filter=filter)
        assert answer.status == 200, answer
        return {resource.get("userName") or resource.get("displayName") for resource in answer.resources}

    def user(self, name="bjensen", /, **attributes):
        """Create a User; return it."""
        return self._created("/Users", user(name, **attributes))

    def group(self, name="Guides", /, *members, **attributes):
        """Create a Group of these members, resources; return it."""
        return self._created("/Groups", group(name, *members, **attributes))

    def _created(self, path, document):
        answer = self.post(path, document)
        assert answer.status == 201, answer
        return answer.body

    def of_tenant(self, tenant, **settings):
        """Return a client of a new integration, with these settings, of another *tenant* of the same service."""
        return replace(self, secret=_new_secret(self.container, tenant, **settings))

    def with_settings(self, **settings):
        """Return a client of the same integration whose service has these HttpSettings."""
        return replace(self, client=TestClient(create_app(self.container.use_cases(), HttpSettings(**settings))))

    @classmethod
    def over(cls, store):
        """Return a client of the first integration of a service over *store*."""
        container = Container(open_unit=store.open_unit, host_members=store.members, host_groups=store.groups)
        return cls(TestClient(container.wsgi_app()), _new_secret(container, "default"), container, store)


def _new_secret(container, tenant, **settings):
    draft = IntegrationDraft(name="Conformance", **{"type": "rfc-strict", **settings})
    return container.add_integration()(draft, tenant, enabled=True).key


def user(name="bjensen", /, **attributes):
    """Return a User as it is sent; an attribute named after an extension puts its URN among the schemas."""
    extensions = [each for each in attributes if each == ENTERPRISE_USER_URN]
    return {"schemas": [USER_URN, *extensions], "userName": name, **attributes}


def group(name="Guides", /, *members, **attributes):
    """Return a Group of these members, resources, as it is sent."""
    listed = {"members": [{"value": member["id"]} for member in members]} if members else {}
    return {"schemas": [GROUP_URN], "displayName": name, **listed, **attributes}
