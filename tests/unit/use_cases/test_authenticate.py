"""From the ``Authorization`` header to the caller: every doubt is the same refusal."""

from dataclasses import replace

import pytest

from scim_memory import MemoryStore
from scim_plugin.protocol.errors import Forbidden, Unauthorized, Unavailable
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.credential import issue
from scim_plugin.provisioning.integration import State
from scim_plugin.use_cases.authenticate import Authenticate

HOUR = 3_600_000_000


@pytest.fixture
def authenticate(store):
    return Authenticate(store.open_unit)


@pytest.fixture
def credential_of(store):
    """Issue a credential: it and its key."""

    def issued(idp, expires=None):
        credential, key = issue(idp.integration.id, now(), expires)
        with store.open_unit() as unit:
            unit.credentials.add(credential)
            unit.commit()
        return credential, key

    return issued


def asked(authenticate, authorization, tenant=None, integration_id=None):
    return authenticate(authorization, tenant=tenant, integration_id=integration_id, request_id="r-1")


def stored(store, idp):
    with store.open_unit(write=False) as unit:
        (credential,) = unit.credentials.list(idp.integration)
        return credential


def test_a_valid_key_tells_integration_credential_and_request(authenticate, connect, credential_of):
    idp = connect(type="entra-id")
    credential, key = credential_of(idp)
    caller = asked(authenticate, f"Bearer {key}")
    assert (caller.integration, caller.credential_id, caller.request_id) == (idp.integration, credential.id, "r-1")
    assert caller.leniency.permitted
    assert caller.cursor_key == credential.cursor_key
    assert repr(caller.cursor_key) not in repr(caller)


@pytest.mark.parametrize("template", ["bearer {}", "BEARER {}", "Bearer   {} "])
def test_the_scheme_is_taken_in_any_case(authenticate, idp, credential_of, template):
    _, key = credential_of(idp)
    assert asked(authenticate, template.format(key)).integration == idp.integration


def test_the_path_may_name_the_credentials_own_tenant_and_integration(authenticate, idp, credential_of):
    _, key = credential_of(idp)
    assert asked(authenticate, f"Bearer {key}", "default", idp.integration.id).integration == idp.integration


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic a2ltOnNlY3JldA==",
        "Bearer \u00e9",
        "Bearer " + "x" * 600,
        "Bearer scimp_0123456789ab_" + "0" * 49,
    ],
)
def test_what_is_no_key_of_ours_is_refused(authenticate, idp, authorization):
    with pytest.raises(Unauthorized):
        asked(authenticate, authorization)


def test_what_is_no_key_of_ours_never_reaches_the_store():
    def closed(*, write=True):
        raise AssertionError(write)

    with pytest.raises(Unauthorized):
        asked(Authenticate(closed), "Bearer x")


def test_an_unknown_key_is_refused(authenticate, idp):
    _, key = issue(idp.integration.id, now())
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {key}")


def test_a_key_with_the_public_id_of_another_one_is_refused(store, authenticate, idp, credential_of):
    credential, _ = credential_of(idp)
    other, key = issue(idp.integration.id, now())
    with store.open_unit() as unit:
        unit.credentials.add(replace(credential, id=other.id))
        unit.commit()
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {key}")


def test_a_key_is_refused_from_the_moment_of_its_expiry_on(authenticate, idp, credential_of, clock):
    _, key = credential_of(idp, expires=now() + HOUR)
    clock.tick(3599)
    asked(authenticate, f"Bearer {key}")
    clock.tick(1)
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {key}")


def test_a_revoked_key_is_refused(store, authenticate, idp, credential_of):
    credential, key = credential_of(idp)
    with store.open_unit() as unit:
        unit.credentials.revoke(credential, now())
        unit.commit()
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {key}")


def test_a_key_opens_no_other_tenant_and_no_other_integration(authenticate, connect, credential_of):
    ours, theirs = connect("a"), connect("b")
    _, key = credential_of(ours)
    for tenant, integration_id in [
        ("b", None),
        ("b", theirs.integration.id),
        (None, theirs.integration.id),
        ("x", "y"),
    ]:
        with pytest.raises(Unauthorized):
            asked(authenticate, f"Bearer {key}", tenant, integration_id)
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {key}", "b", ours.integration.id)


def test_every_refusal_has_the_same_words(authenticate, connect, credential_of, clock):
    idp = connect()
    _, key = credential_of(idp, expires=now() + HOUR)
    _, unknown = issue(idp.integration.id, now())
    clock.tick(7200)
    texts = set()
    for authorization, tenant in [
        (f"Bearer {key}", None),
        (f"Bearer {unknown}", None),
        (f"Bearer {key}", "x"),
        (None, None),
    ]:
        with pytest.raises(Unauthorized) as refusal:
            asked(authenticate, authorization, tenant)
        texts.add(str(refusal.value))
    assert len(texts) == 1


def disable(store, idp):
    with store.open_unit() as unit:
        unit.integrations.update(replace(idp.integration, state=State.DISABLED, version=2))
        unit.commit()


def test_a_disabled_integration_says_so_to_a_valid_key_only(store, authenticate, idp, credential_of):
    _, key = credential_of(idp)
    _, unknown = issue(idp.integration.id, now())
    disable(store, idp)
    with pytest.raises(Forbidden, match="'IdP 1' is disabled: enable it"):
        asked(authenticate, f"Bearer {key}")
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {unknown}")
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {key}", "elsewhere")
    assert stored(store, idp).last_used is None


def test_the_last_use_is_noted_at_most_once_a_minute(store, authenticate, idp, credential_of, clock):
    _, key = credential_of(idp)
    asked(authenticate, f"Bearer {key}")
    first = now()
    assert stored(store, idp).last_used == first
    clock.tick(59)
    asked(authenticate, f"Bearer {key}")
    assert stored(store, idp).last_used == first
    clock.tick(1)
    asked(authenticate, f"Bearer {key}")
    assert stored(store, idp).last_used == now()


def test_a_refused_key_leaves_no_trace_of_use(store, authenticate, idp, credential_of):
    _, key = credential_of(idp)
    with pytest.raises(Unauthorized):
        asked(authenticate, f"Bearer {key}", "elsewhere")
    assert stored(store, idp).last_used is None


def test_a_store_that_cannot_be_written_to_still_lets_callers_in(store, idp, credential_of):
    _, key = credential_of(idp)

    def read_only(*, write=True):
        if write:
            raise Unavailable
        return store.open_unit(write=False)

    assert asked(Authenticate(read_only), f"Bearer {key}").integration == idp.integration


def test_a_store_that_cannot_be_read_lets_nobody_in():
    def down(*, write=True):
        raise Unavailable

    _, key = issue("integration", now())
    with pytest.raises(Unavailable):
        asked(Authenticate(down), f"Bearer {key}")


def test_stores_do_not_share_keys(authenticate, idp, credential_of):
    _, key = credential_of(idp)
    with pytest.raises(Unauthorized):
        asked(Authenticate(MemoryStore().open_unit), f"Bearer {key}")
