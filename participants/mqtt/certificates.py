"""The VTN's own certificate authority, by whose certificates a broker knows its clients.

Keys of clients are made anew for whoever asks, and not kept: what is not stored cannot be stolen here. A certificate
opens nothing by itself; what its name may read, the broker is told (`participants.mqtt.access`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from participants.models import MqttAuthority
from vtn.sealing import seal, unseal

_CONTEXT = "key of the certificate authority of MQTT"
_AUTHORITY_LIFETIME = timedelta(days=20 * 365)
# Clocks of devices go wrong.
_LEEWAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, as PEM."""

    text: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def text(self) -> str:
        return _pem(self.certificate)

    def for_client(self, name: str, *, now: datetime, lifetime: timedelta) -> Certificate:
        """For the client of this name at the broker."""
        return self._issued(name, [], ExtendedKeyUsageOID.CLIENT_AUTH, now, lifetime)

    def for_server(self, hosts: Iterable[str], *, now: datetime, lifetime: timedelta) -> Certificate:
        """For a broker that is reached by these names and addresses."""
        names = [_host(host) for host in hosts]
        return self._issued("MQTT broker", names, ExtendedKeyUsageOID.SERVER_AUTH, now, lifetime)

    def _issued(
        self,
        name: str,
        hosts: list[x509.GeneralName],
        usage: x509.ObjectIdentifier,
        now: datetime,
        lifetime: timedelta,
    ) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(name), self.certificate.subject, key, now, lifetime)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        # RFC 5280 §4.2.1.1: from Python 3.13 on a chain without it is refused.
        ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(ours, critical=False)
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        return Certificate(_pem(builder.sign(self.key, hashes.SHA256())), _key_pem(key))


def authority(*, now: datetime) -> Authority:
    """The one there is; made when it is first asked for. Raises `CannotUnseal`."""
    stored = MqttAuthority.objects.first()
    if stored is None:
        made = new_authority(now)
        sealed = seal(_key_pem(made.key), context=_CONTEXT)
        # Of two who make it at once, the first wins, and both use what it has stored.
        made_row = MqttAuthority(certificate=made.text, sealed_key=sealed)
        MqttAuthority.objects.bulk_create([made_row], ignore_conflicts=True)
        stored = MqttAuthority.objects.get()
    key = serialization.load_pem_private_key(unseal(stored.sealed_key, context=_CONTEXT).encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Authority(x509.load_pem_x509_certificate(stored.certificate.encode()), key)


def reseal() -> int:
    """Puts the key under the newest of ours, before an older one is taken away; how many there are. Raises
    `CannotUnseal`."""
    found = list(MqttAuthority.objects.all())
    for stored in found:
        stored.sealed_key = seal(unseal(stored.sealed_key, context=_CONTEXT), context=_CONTEXT)
        stored.save(update_fields=["sealed_key"])
    return len(found)


def new_authority(now: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("openadr3-vtn MQTT")
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    builder = _builder(name, name, key, now, _AUTHORITY_LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Authority(builder.add_extension(usage, critical=True).sign(key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LEEWAY)
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
