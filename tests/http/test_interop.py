"""The type ``interop``, from outside."""

import pytest

from scim_plugin.protocol.core_schemas import USER_URN
from tests.http.conftest import service


@pytest.mark.parametrize(("type_", "status"), [("interop", 400), ("rfc-strict", 200)])
def test_the_profile_is_announced_and_refuses_what_it_leaves_out(tmp_path, type_, status):
    here = service("memory", tmp_path, {"type": type_})
    headers = {"Authorization": f"Bearer {here.secret}"}
    config = here.client.simulate_get("/scim/v2/ServiceProviderConfig", headers=headers).json
    assert config.get("interopProfileConformant", False) is (type_ == "interop")
    answer = here.client.simulate_get("/scim/v2/Users", headers=headers, params={"filter": 'userName sw "k"'})
    assert answer.status_code == status
    body = {"schemas": [USER_URN], "userName": "kim", "shoeSize": 42}
    answer = here.client.simulate_post("/scim/v2/Users", headers=headers, json=body)
    assert answer.status_code == (400 if type_ == "interop" else 201)
