"""The module `_ssl` for a sandbox without a network: what CPython's own `ssl` needs to be imported.

Contexts can be made and configured, so that libraries that set them up when they are imported work, as do tests that put
something else in the place of connections. Speaking TLS, and reading certificates, is refused.
"""

import sys
from os import urandom

from assay_services import refuse

# What OpenSSL 3's header files say.
_CONSTANTS = {
    "PROTOCOL_": """
        SSLv23=2 TLS=2 TLS_CLIENT=16 TLS_SERVER=17 TLSv1=3 TLSv1_1=4 TLSv1_2=5
    """,
    "OP_": """
        ALL=2147483728 CIPHER_SERVER_PREFERENCE=4194304 ENABLE_KTLS=8 ENABLE_MIDDLEBOX_COMPAT=1048576
        IGNORE_UNEXPECTED_EOF=128 LEGACY_SERVER_CONNECT=4 NO_COMPRESSION=131072 NO_RENEGOTIATION=1073741824
        NO_SSLv2=0 NO_SSLv3=33554432 NO_TICKET=16384 NO_TLSv1=67108864 NO_TLSv1_1=268435456 NO_TLSv1_2=134217728
        NO_TLSv1_3=536870912 SINGLE_DH_USE=0 SINGLE_ECDH_USE=0
    """,
    "ALERT_DESCRIPTION_": """
        ACCESS_DENIED=49 BAD_CERTIFICATE=42 BAD_CERTIFICATE_HASH_VALUE=114 BAD_CERTIFICATE_STATUS_RESPONSE=113
        BAD_RECORD_MAC=20 CERTIFICATE_EXPIRED=45 CERTIFICATE_REVOKED=44 CERTIFICATE_UNKNOWN=46
        CERTIFICATE_UNOBTAINABLE=111 CLOSE_NOTIFY=0 DECODE_ERROR=50 DECOMPRESSION_FAILURE=30 DECRYPT_ERROR=51
        HANDSHAKE_FAILURE=40 ILLEGAL_PARAMETER=47 INSUFFICIENT_SECURITY=71 INTERNAL_ERROR=80
        NO_RENEGOTIATION=100 PROTOCOL_VERSION=70 RECORD_OVERFLOW=22 UNEXPECTED_MESSAGE=10 UNKNOWN_CA=48
        UNKNOWN_PSK_IDENTITY=115 UNRECOGNIZED_NAME=112 UNSUPPORTED_CERTIFICATE=43 UNSUPPORTED_EXTENSION=110
        USER_CANCELLED=90
    """,
    "SSL_ERROR_": """
        EOF=8 INVALID_ERROR_CODE=10 SSL=1 SYSCALL=5 WANT_CONNECT=7 WANT_READ=2 WANT_WRITE=3 WANT_X509_LOOKUP=4
        ZERO_RETURN=6
    """,
    "VERIFY_": """
        ALLOW_PROXY_CERTS=64 CRL_CHECK_CHAIN=12 CRL_CHECK_LEAF=4 DEFAULT=0 X509_PARTIAL_CHAIN=524288
        X509_STRICT=32 X509_TRUSTED_FIRST=32768
    """,
    "CERT_": """
        NONE=0 OPTIONAL=1 REQUIRED=2
    """,
    "PROTO_": """
        MAXIMUM_SUPPORTED=-1 MINIMUM_SUPPORTED=-2 SSLv3=768 TLSv1=769 TLSv1_1=770 TLSv1_2=771 TLSv1_3=772
    """,
    "HOSTFLAG_": """
        ALWAYS_CHECK_SUBJECT=1 MULTI_LABEL_WILDCARDS=8 NEVER_CHECK_SUBJECT=32 NO_PARTIAL_WILDCARDS=4
        NO_WILDCARDS=2 SINGLE_LABEL_SUBDOMAINS=16
    """,
    "HAS_": """
        ALPN=1 ECDH=1 NPN=0 PSK=1 SNI=1 SSLv2=0 SSLv3=0 TLS_UNIQUE=1 TLSv1=1 TLSv1_1=1 TLSv1_2=1 TLSv1_3=1
    """,
}


class SSLError(OSError):
    """An error of the protocol's implementation."""

    library = reason = None

    def __str__(self):
        return str(self.strerror or self.args)


class SSLZeroReturnError(SSLError):
    """The connection was closed."""


class SSLWantReadError(SSLError):
    """More must be received first."""


class SSLWantWriteError(SSLError):
    """More must be sent first."""


class SSLSyscallError(SSLError):
    """A system call failed."""


class SSLEOFError(SSLError):
    """The connection ended within a message."""


class SSLCertVerificationError(SSLError, ValueError):
    """A certificate is not to be trusted."""


class SSLSession:
    """A session; there are none."""


class MemoryBIO:
    """A buffer; nothing reads one."""

    __init__ = refuse("ssl")


# What a context begins with, as OpenSSL has it.
_SETTINGS = {
    "check_hostname": False, "keylog_filename": None, "maximum_version": -1, "minimum_version": 771, "num_tickets": 2,
    "options": 2186412112, "post_handshake_auth": False, "protocol": 0, "security_level": 2, "session_stats": {},
    "sni_callback": None, "verify_flags": 32768, "verify_mode": 0, "_host_flags": 4, "_msg_callback": None,
}  # fmt: skip


class _SSLContext:
    """The settings of connections that nobody makes."""

    def __new__(cls, protocol):
        context = super().__new__(cls)
        client = protocol == _ssl.PROTOCOL_TLS_CLIENT
        context._settings = {
            **_SETTINGS,
            "protocol": protocol,
            "check_hostname": client,
            "verify_mode": _ssl.CERT_REQUIRED if client else _ssl.CERT_NONE,
        }
        return context

    def _nothing(self, *_arguments, **_options):
        """Sets what shows nowhere."""

    def _none(self, *_arguments, **_options):
        """Nothing was loaded."""
        return []

    set_ciphers = set_ecdh_curve = set_default_verify_paths = set_npn_protocols = _set_alpn_protocols = _nothing
    set_client_sigalgs = set_groups = set_psk_client_callback = set_psk_server_callback = set_server_sigalgs = _nothing
    load_verify_locations = load_dh_params = _nothing
    get_ca_certs = get_ciphers = get_groups = _none
    load_cert_chain = _wrap_socket = _wrap_bio = refuse("ssl")

    def cert_store_stats(self):
        """How many certificates were loaded."""
        return {"x509": 0, "crl": 0, "x509_ca": 0}


def _setting(name):
    return property(lambda self: self._settings[name], lambda self, value: self._settings.update({name: value}))


for _name in _SETTINGS:
    setattr(_SSLContext, _name, _setting(_name))


def txt2obj(txt, name=False):
    """The object identifiers that `ssl.Purpose` has, by number or, with `name`, by name too."""
    known = [
        (129, "serverAuth", "TLS Web Server Authentication", "1.3.6.1.5.5.7.3.1"),
        (130, "clientAuth", "TLS Web Client Authentication", "1.3.6.1.5.5.7.3.2"),
    ]
    for entry in known:
        if txt in (entry[1:] if name else entry[3:]):
            return entry
    raise ValueError(f"unknown object '{txt[:100]}'")


def _install():
    module = type(sys)("_ssl")
    names = vars(module)
    for prefix, constants in _CONSTANTS.items():
        for constant in constants.split():
            name, _, value = constant.partition("=")
            names[prefix + name] = bool(int(value)) if prefix == "HAS_" else int(value)
    names.update(
        OPENSSL_VERSION_NUMBER=0x30000000, OPENSSL_VERSION_INFO=(3, 0, 0, 0, 0), _OPENSSL_API_VERSION=(3, 0, 0, 0, 0),
        OPENSSL_VERSION="OpenSSL 3.0.0 (without connections)", _DEFAULT_CIPHERS="@SECLEVEL=2:ECDH+AESGCM",
        HAS_PHA=True, HAS_PSK_TLS13=True, RAND_status=lambda: True, RAND_add=lambda string, entropy: None, RAND_bytes=urandom,
        get_sigalgs=list, nid2obj=refuse("ssl"), txt2obj=txt2obj,
        get_default_verify_paths=lambda: ("SSL_CERT_FILE", "/usr/lib/ssl/cert.pem", "SSL_CERT_DIR", "/usr/lib/ssl/certs"),
        _test_decode_cert=refuse("ssl"),
    )  # fmt: skip
    for thing in (
        SSLError, SSLZeroReturnError, SSLWantReadError, SSLWantWriteError, SSLSyscallError, SSLEOFError,
        SSLCertVerificationError, SSLSession, MemoryBIO, _SSLContext,
    ):  # fmt: skip
        names[thing.__name__] = thing
        thing.__module__ = "_ssl" if thing is _SSLContext else "ssl"
    sys.modules["_ssl"] = module
    return module


_ssl = _install()
