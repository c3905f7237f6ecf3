"""Settings of the portal. Every deployment difference is an environment variable.

A missing secret stops the start in production; on a developer's machine, values that are
worthless outside this checkout are used.
"""

from pathlib import Path

import django_stubs_ext
import environ
from django.utils.csp import CSP

# Lets classes of Django that are generic in the stubs be written so, also on 3.12 and 3.13.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# ---- mode and secrets -------------------------------------------------------------
# DEBUG is Django's: error pages with everything in them. DEVELOPMENT is ours: a developer's
# machine, secrets of no worth, plain http, files served as they lie, the living design pages.
# `make run` sets only the second, so that its visitors meet the portal's own error pages.
DEBUG = env.bool("DEBUG", default=False)
DEVELOPMENT = env.bool("DEVELOPMENT", default=DEBUG)
_DEVELOPMENT = "development-only-without-any-worth-outside-this-checkout"


def _secret(name: str) -> str:
    """Return a secret from the environment; only development may fall back."""
    if DEVELOPMENT:
        return str(env.str(name, default=f"{_DEVELOPMENT}-{name.lower()}"))
    return str(env.str(name))


SECRET_KEY = _secret("SECRET_KEY")
MASTER_KEY = _secret("MASTER_KEY")  # wraps every data key; never in the database
INDEX_PEPPER = _secret("INDEX_PEPPER")  # blind indexes and look-up codes
CHAIN_KEY = _secret("CHAIN_KEY")  # links of the event chain

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# ---- applications -----------------------------------------------------------------
INSTALLED_APPS = [
    "station",
    "requests_app",
    "resources",
    "members",
    "station.accounts.apps.PortalAdminConfig",  # django.contrib.admin behind our login
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "lucide",
    "oauth2_provider",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "station.accounts.middleware.StaffGate",
]

ROOT_URLCONF = "station.urls"
WSGI_APPLICATION = "station.wsgi.application"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "station.context.portal",
            ],
        },
    },
]

# ---- the station as visitors read it ----------------------------------------------
SITE = {
    "name": env.str("SITE_NAME", default="云桥片区服务站"),
    "host": env.str("SITE_HOST", default="东津区总工会"),
    "operator": env.str("SITE_OPERATOR", default="云桥片区服务站"),
    "address": env.str("SITE_ADDRESS", default="云桥路118号1楼"),
    "phone": env.str("SITE_PHONE", default="0574-5550 0182"),
}
# Where the quick exit leads: a page that anybody might have open.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.weather.com.cn/")
CSRF_FAILURE_VIEW = "station.errors.csrf_failed"

# ---- data -------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///gongqingtong")}
DATABASES["default"].setdefault("OPTIONS", {})
if env.bool("DATABASE_POOL", default=True):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
    },
    "fast": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    },
}
SESSION_ENGINE = "station.accounts.sessions"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / ".data" / "media")))

ANCHOR_DIR = Path(env.str("ANCHOR_DIR", default=str(BASE_DIR / ".data" / "anchors")))

# Ways out of the house for notices: "email" needs MAIL_HOST. The in-app notice is always there.
NOTICE_CHANNELS = env.list("NOTICE_CHANNELS", default=[])
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": env.str("MAIL_HOST", default="localhost"),
            "port": env.int("MAIL_PORT", default=25),
            "username": env.str("MAIL_USER", default=""),
            "password": env.str("MAIL_PASSWORD", default=""),
            "use_tls": env.bool("MAIL_TLS", default=False),
            "timeout": 10,
        },
    },
}
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="gongqingtong@localhost")

# ---- accounts and sessions --------------------------------------------------------
AUTH_USER_MODEL = "members.Account"
AUTHENTICATION_BACKENDS = ["members.backends.PortalBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:inbox"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "station.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "station.accounts.forms.LoginForm",
    "change_password": "station.accounts.forms.PasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth's check wants it
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # attempts are rows in PostgreSQL: station/accounts/guessing.py
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = 10 * 60  # between the password and the code
MFA_ADAPTER = "station.accounts.adapter.MfaAdapter"
MFA_FORMS = {"authenticate": "station.accounts.forms.CodeForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "工情通"

# ---- machines: REST with OAuth2 client credentials (station/api) ----------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["station.api.access.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["station.api.access.HoldsGrant"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["station.api.bodies.StrictJSON"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "station.api.bodies.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "station.api.errors.as_problem",
    "UNAUTHENTICATED_USER": None,
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "members.ApiClient"
OAUTH2_PROVIDER = {
    # Knows client credentials and no other grant.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "station.api.oauth.ClientValidator",
    "SCOPES_BACKEND_CLASS": "station.api.oauth.ClientScopes",
    "APPLICATION_ADMIN_CLASS": "members.admin_clients.ClientAdmin",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # only the digest of a token is kept
}
SPECTACULAR_SETTINGS = {
    "TITLE": "工情通",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api",
    "ENFORCE_NON_BLANK_FIELDS": True,
    "POSTPROCESSING_HOOKS": ["station.api.openapi.finish"],
    "APPEND_COMPONENTS": {
        "securitySchemes": {"clientBasic": {"type": "http", "scheme": "basic"}},
    },
}

# Staff sessions: 30 min idle, 12 h in all (station/accounts/sessions.py); gone with the browser.
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_NAME = "sessionid" if DEVELOPMENT else "__Host-session"
CSRF_COOKIE_NAME = "csrftoken" if DEVELOPMENT else "__Host-csrf"
CSRF_COOKIE_HTTPONLY = True

# ---- transport security -----------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEVELOPMENT)
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEVELOPMENT
# Nothing to other hosts. "no-referrer" would make browsers send "Origin: null" with our own
# forms, which the CSRF check rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXIES:  # the edge speaks TLS and overwrites what visitors claim
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
# A text far too long still comes back with its words and an error beside it; files apart.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # far more than a form takes: it says so with the words kept
FILE_UPLOAD_HANDLERS = [
    "station.upload_fence.BodyFence",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# ---- logs -------------------------------------------------------------------------
# Django's default writes nothing without DEBUG: an error page would leave no trace at all.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "station.log_lines.DiscreetFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # Failures only: what strangers put into an address that leads nowhere is not kept.
        "django.request": {"level": "ERROR"},
    },
}

# ---- language, time, files --------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]  # each in its own words
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / ".data" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
# A developer's files are looked up when asked for; production serves what was collected.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEVELOPMENT
