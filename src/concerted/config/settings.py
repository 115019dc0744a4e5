"""Django's settings; the only place where the environment is read (with its neighbours in config)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import Env

from concerted.config import places
from concerted.config.database import default_alias
from concerted.config.secrets import kept_secret

env = Env()

BASE_DIR = places.ROOT
PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = env.bool("CONCERTED_DEBUG", False)
SECRET_KEY = env.str("CONCERTED_SECRET_KEY", "") or kept_secret("secret_key")
ALLOWED_HOSTS = env.list("CONCERTED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CONCERTED_ORIGINS", [])
HTTPS = env.bool("CONCERTED_HTTPS", False)

PAGE_PARTS = (
    "shell",
    "home",
    "plan",
    "reporting",
    "indicators",
    "alignment",
    "cases",
    "meetings",
    "evaluation",
    "estimates",
    "agencies",
    "public",
)

INSTALLED_APPS = [
    *(f"concerted.interfaces.pages.{part}" for part in PAGE_PARTS),
    "concerted.interfaces.api",
    "concerted.interfaces.exchange.meeting_papers",
    "concerted.foundation.agencies",
    "concerted.foundation.access",
    "concerted.foundation.audit",
    "concerted.foundation.obligations",
    "concerted.foundation.people",
    "concerted.foundation.vault",
    "concerted.foundation.vocabulary",
    "concerted.mechanism.evaluation",
    "concerted.mechanism.meetings",
    "concerted.mechanism.plan",
    "concerted.mechanism.figures",
    "concerted.mechanism.cases",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "concerted.interfaces.pages.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "concerted.interfaces.pages.middleware.TimeoutMiddleware",
    "concerted.interfaces.pages.middleware.ActingMiddleware",
    "concerted.interfaces.pages.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

#: Each room keeps its periodic jobs in jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["concerted.config.stalled"]

ROOT_URLCONF = "concerted.config.urls"
WSGI_APPLICATION = "concerted.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {"default": default_alias()}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "concerted.interfaces.pages.shell.context.shell",
                "concerted.interfaces.pages.frame.frame",
            ],
            "builtins": ["concerted.interfaces.pages.shell.templatetags.posting"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "agencies.Officer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "concerted.interfaces.pages.agencies.sign_in.SignInAdapter"
SOCIALACCOUNT_ADAPTER = "concerted.interfaces.pages.agencies.sign_in.FederatedSignInAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
#: Per address only: a limit per username would let anybody lock an officer out for ever.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "concerted.interfaces.pages.agencies.sign_in.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Concerted"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ONLY = False
OIDC_SERVER = env.str("CONCERTED_OIDC_SERVER", "")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": env.str("CONCERTED_OIDC_ID", "ministry"),
                "name": env.str("CONCERTED_OIDC_NAME", "OpenID Connect"),
                "client_id": env.str("CONCERTED_OIDC_CLIENT_ID", ""),
                "secret": env.str("CONCERTED_OIDC_SECRET", ""),
                "settings": {"server_url": OIDC_SERVER},
            }
        ]
        if OIDC_SERVER
        else []
    }
}

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "concerted.interfaces.pages.agencies.sign_in.locked_out"
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "concerted.foundation.access.callers.client_address"
#: How many proxies of our own stand in front; the address they saw is the officer's.
TRUSTED_PROXIES = env.int("CONCERTED_TRUSTED_PROXIES", 1 if HTTPS else 0)
#: Post functions whose holders must use a second factor; "all" for every post, empty for a demonstration.
REQUIRE_MFA = frozenset(env.list("CONCERTED_REQUIRE_MFA", ["all"] if HTTPS else []))

#: Used one-time codes and counted attempts are known to every process of the site.
CACHES = {"default": {"BACKEND": "concerted.foundation.access.remembered.Remembered"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False
IDLE_TIMEOUT = timedelta(minutes=env.int("CONCERTED_IDLE_MINUTES", 30))
ABSOLUTE_TIMEOUT = timedelta(hours=env.int("CONCERTED_ABSOLUTE_HOURS", 12))

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer" if HTTPS else "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

#: Where "Leave this page now" leads: a page everybody opens, which tells nothing to whoever looks at the screen.
QUICK_EXIT = env.str("CONCERTED_QUICK_EXIT", "https://www.baidu.com/")

#: "zh", "zh_CN" and "zh-Hans" all mean the one Chinese there is
LANGUAGE_CODE = "zh-hans" if env.str("CONCERTED_LANGUAGE", "en").lower().startswith("zh") else "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = sorted(PACKAGE.rglob("locale"))
TIME_ZONE = env.str("CONCERTED_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True
COUNTRY = env.str("CONCERTED_COUNTRY", "CN")

STATIC_URL = "/static/"
STATIC_ROOT = places.STATIC_ROOT
STATICFILES_DIRS = [places.STATIC_SOURCE] if places.STATIC_SOURCE.exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
#: Typefaces for papers: a ministry's own folder (with FangSong, say) before what was prepared at set-up.
FONT_FOLDERS = [*env.list("CONCERTED_FONTS", [], subcast=Path), places.FONTS]

DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
#: Uploads stay in memory until they are encrypted: a temporary file would hold them in clear.
FILE_UPLOAD_HANDLERS = ["concerted.interfaces.pages.uploads.InMemoryUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

#: Master keys as version:base64, the newest first; without them the installation keeps its own below var/secrets.
VAULT_MASTER_KEY = env.str("CONCERTED_MASTER_KEY", "")
VAULT_SEARCH_KEY = env.str("CONCERTED_SEARCH_KEY", "")
VAULT_SECRETS = places.SECRETS
VAULT_KEPT_SECRET = kept_secret
VAULT_FILES = Path(env.str("CONCERTED_FILES", "") or places.VAR / "files")
VAULT_LEDGER = Path(env.str("CONCERTED_ERASED", "") or places.VAR / "erased.jsonl")
#: A clamd socket (unix:/run/clamav/clamd.ctl) or a command that ends with 0 for a clean file; empty: not scanned.
VAULT_SCANNER = env.str("CONCERTED_VIRUS_SCANNER", "")

EMAIL_BACKEND = env.str("CONCERTED_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = places.VAR / "mail"
DEFAULT_FROM_EMAIL = env.str("CONCERTED_MAIL_FROM", "concerted@localhost")
SITE_ADDRESS = env.str("CONCERTED_ADDRESS", "http://127.0.0.1:8000")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("CONCERTED_LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = ["axes.W003"]
