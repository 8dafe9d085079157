"""RFC 7643 §2: names, data types, multi-valued attributes, and what is unassigned."""

import pytest

from tests.conformance.scim import user


@pytest.mark.requirement("7643-2.1-01")
def test_attribute_names_are_compared_without_regard_to_case(scim):
    answer = scim.post("/Users", {"SCHEMAS": user()["schemas"], "USERNAME": "bjensen", "NaMe": {"GIVENname": "Babs"}})
    assert answer.status == 201
    read = scim.get(f"/Users/{answer.body['id']}", attributes="USERNAME,name.GIVENNAME").body
    assert read["userName"] == "bjensen"
    assert read["name"] == {"givenName": "Babs"}
    assert scim.found('NAME.GivenName eq "Babs"') == {"bjensen"}
    scim.patch(f"/Users/{read['id']}", {"op": "replace", "path": "NAME.GIVENNAME", "value": "Barbara"})
    assert scim.found('name.givenName eq "Barbara"') == {"bjensen"}
