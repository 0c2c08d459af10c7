"""How secrets are kept and compared."""

import pytest
from django.contrib.auth.hashers import make_password

from participants import hashers
from tests.participants.conftest import QuickScrypt


class CountedScrypt(QuickScrypt):
    made = 0

    def encode(self, *args, **kwargs):
        type(self).made += 1
        return super().encode(*args, **kwargs)


@pytest.fixture
def slow_hashes(settings, quick_hashes):
    """Counts the slow hashes that a comparison makes."""
    settings.PASSWORD_HASHERS = [
        "tests.participants.test_hashers.CountedScrypt",
        "participants.hashers.GeneratedSecretHasher",
    ]
    CountedScrypt.made = 0
    return CountedScrypt


def test_a_generated_secret_has_256_bits_and_is_never_the_same():
    secrets = {hashers.generated_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {43}


@pytest.mark.parametrize("hashed", [hashers.hash_generated, hashers.hash_chosen])
def test_a_hash_knows_its_secret_and_no_other(hashed):
    stored = hashed("the secret")

    assert "the secret" not in stored
    assert stored != hashed("the secret")
    assert hashers.matches("the secret", [stored])
    assert not hashers.matches("the secret ", [stored])
    assert not hashers.matches("", [stored])


def test_any_of_several_hashes_will_do():
    stored = [hashers.hash_generated("a"), hashers.hash_chosen("b"), hashers.hash_generated("c")]

    assert [hashers.matches(secret, stored) for secret in "abcd"] == [True, True, True, False]


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param([], id="unknown client"),
        pytest.param([hashers.hash_generated("a")], id="generated secret"),
        pytest.param([hashers.hash_generated("a"), hashers.hash_generated("b")], id="two generated secrets"),
    ],
)
def test_every_refusal_costs_one_slow_hash(slow_hashes, stored):
    assert not hashers.matches("wrong", stored)

    assert slow_hashes.made == 1


def test_a_refused_chosen_secret_costs_one_slow_hash_too(slow_hashes):
    stored = [hashers.hash_chosen("a")]
    slow_hashes.made = 0

    assert not hashers.matches("wrong", stored)
    assert slow_hashes.made == 1


def test_a_good_generated_secret_costs_no_slow_hash(slow_hashes):
    stored = [hashers.hash_chosen("a"), hashers.hash_generated("b")]
    slow_hashes.made = 0

    assert hashers.matches("b", stored)
    assert slow_hashes.made == 0


def test_passwords_of_staff_are_hashed_as_django_does_by_default():
    assert make_password("password").startswith("pbkdf2_sha256$")


def test_a_hash_of_an_unknown_kind_is_an_error_and_no_match():
    with pytest.raises(ValueError, match="Unknown password hashing algorithm"):
        hashers.matches("a", ["md4$salt$hash"])
