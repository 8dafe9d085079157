"""The whole application over a store on SQLite, in this process, with its statements in view."""

from urllib.parse import quote

from falcon.testing import TestClient

from scim_container.container import Container
from scim_peewee import PeeweeStore
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from tests.server.process import GROUP_URN, PATCH_URN, user


class App:
    """``app("GET", "/Users")`` answers; ``app.statements`` are those of the last request."""

    def __init__(self, file, **settings):
        self.store = PeeweeStore(f"sqlite:///{file}")
        self.store.migrate()
        container = Container(
            open_unit=self.store.open_unit, host_members=self.store.members, host_groups=self.store.groups
        )
        draft = IntegrationDraft(name="Test", type="entra-id", **settings)
        self.added = container.add_integration()(draft, enabled=True)
        self._client = TestClient(container.wsgi_app())
        self.statements = []
        self._stop = self.store.on_statement(self.statements.append)

    def __call__(self, method, path, body=None):
        self.statements.clear()
        headers = {"Authorization": f"Bearer {self.added.key}"}
        options = {} if body is None else {"json": body}
        return self._client.simulate_request(method, f"/scim/v2{path}", headers=headers, **options)

    def find(self, text, endpoint="/Users", more=""):
        return self("GET", f"{endpoint}?filter={quote(text)}{more}")

    def user(self, name, /, **attributes):
        answer = self("POST", "/Users", user(name, **attributes))
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def group(self, name, *members):
        body = {"schemas": [GROUP_URN], "displayName": name, "members": [{"value": one} for one in members]}
        answer = self("POST", "/Groups", body)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def patch(self, path, *operations):
        return self("PATCH", path, {"schemas": [PATCH_URN], "Operations": list(operations)})

    def close(self):
        self._stop()
        self.store.close()
