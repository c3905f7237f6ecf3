from typing import ClassVar, Self

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.scope import Scope


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts by what they may do."""

    def active(self) -> Self:
        """Accounts that may log in."""
        return self.filter(is_active=True)


class AccountObjects(BaseUserManager.from_queryset(AccountQuerySet)):  # type: ignore[misc]
    """Entry points that Django's own commands and admin expect on a user model."""

    def create_user(
        self,
        username: str,
        password: str | None = None,
        *,
        name: str = "",
        **fields: object,
    ) -> "Account":
        """Create an account with a hashed password; without one it cannot log in."""
        account = Account(username=Account.normalize_username(username), name=name, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(
        self,
        username: str,
        password: str | None = None,
        *,
        name: str = "",
        **fields: object,
    ) -> "Account":
        """Create an account with every permission of the admin site."""
        fields |= {"is_staff": True, "is_superuser": True}
        return self.create_user(username, password, name=name, **fields)


# mypy cannot follow ApiClient's relation back: its base has no types.
class Account(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person who logs in. What the person may do is said by dated RoleAssignments."""

    username = models.CharField(
        _("用户名"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("姓名"), max_length=40)
    phone_sealed = models.BinaryField(_("手机（加密）"), null=True, blank=True)
    email = models.EmailField(_("邮箱"), blank=True, default="")
    is_active = models.BooleanField(_("启用"), default=True)
    is_staff = models.BooleanField(_("可进入管理后台"), default=False)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    last_seen_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    objects = AccountObjects()

    # Set by PortalBackend when the account is loaded for a web request.
    scope: Scope | None = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Name as Django and allauth print it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the same; names are undivided."""
        return self.name
