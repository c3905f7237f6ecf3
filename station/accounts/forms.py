"""Forms of the account pages: our words, our checks, allauth's flow."""

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Account
from station.accounts import guessing, totp
from station.accounts.second_factor import accept_app_code, accept_code
from station.address import client_network

PASSWORD_MAX = 256  # longer than any phrase; a hash of megabytes is refused before it starts
CODE_MAX = 20


def _code_input() -> forms.TextInput:
    """Return the control for a code: number pad, filled by the phone where it can."""
    return forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autocapitalize": "off",
            "spellcheck": "false",
        }
    )


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """User name and password. One sentence for everything that does not fit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("用户名")
        login.widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "off",
            "spellcheck": "false",
            "autofocus": True,
        }
        password.label, password.help_text = _("密码"), ""
        password.max_length = PASSWORD_MAX
        password.validators.append(forms.CharField(max_length=PASSWORD_MAX).validators[0])
        password.widget.attrs = {"autocomplete": "current-password"}
        login.error_messages["required"] = _("请输入用户名。")
        password.error_messages["required"] = _("请输入密码。")


class CodeForm(AllauthAuthenticateForm):  # type: ignore[misc]
    """The second step of the login: a code of the app, or a recovery code."""

    code = forms.CharField(
        max_length=CODE_MAX,
        widget=_code_input(),
        error_messages={"required": _("请输入验证码。")},
        label=_("验证码"),
        help_text=_("打开手机上的验证器，输入6位数字。手机不在身边时，可输入一个恢复码。"),
    )

    def clean_code(self) -> str:
        """Use the code up. Wrong ones are counted for the account and the address."""
        now = timezone.now()
        fences = guessing.code_fences(self.user.pk, client_network(context.request))
        guessing.admit(fences, now=now)
        code: str = self.cleaned_data["code"]
        # Disabled between the two steps: the same answer as to a wrong code.
        used = accept_code(self.user, code, now=now) if self.user.is_active else None
        if used is None:
            raise get_mfa_adapter().validation_error("incorrect_code")
        guessing.forgive(fences, now=now)
        used.user = self.user
        self.authenticator = used
        return code


class SetUpForm(forms.Form):
    """Proves that the app shows the right code for the new secret."""

    code = forms.CharField(
        max_length=CODE_MAX,
        widget=_code_input(),
        error_messages={"required": _("请输入验证码。")},
        label=_("验证码"),
        help_text=_("6位数字，每30秒换一次，换了就输入新的。"),
    )

    def __init__(self, *args: Any, account: Account, secret: str, network: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._account, self._secret, self._network = account, secret, network
        self.counter = -1

    def clean_code(self) -> str:
        """Compare with the secret on the page; nothing is stored yet."""
        now = timezone.now()
        fences = guessing.code_fences(self._account.pk, self._network)
        guessing.admit(fences, now=now)
        code: str = self.cleaned_data["code"]
        counter = totp.matching_counter(self._secret, code, now=now)
        if counter is None:
            raise ValidationError(_("数字不对。请看清是不是“工情通”这一项，再输入新的6位数字。"))
        guessing.forgive(fences, now=now)
        self.counter = counter
        return code


class RenewCodesForm(forms.Form):
    """Asks for a fresh code of the app before the recovery codes are replaced."""

    code = forms.CharField(
        max_length=CODE_MAX,
        widget=_code_input(),
        error_messages={"required": _("请输入验证码。")},
        label=_("验证码"),
        help_text=_("换发前请输入验证器上的6位数字，恢复码在这里不能用。"),
    )

    def __init__(self, *args: Any, account: Account, network: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._account, self._network = account, network

    def clean_code(self) -> str:
        """Use the code up, as at the login."""
        now = timezone.now()
        fences = guessing.code_fences(self._account.pk, self._network)
        guessing.admit(fences, now=now)
        code: str = self.cleaned_data["code"]
        if not accept_app_code(self._account, code, now=now):
            raise get_mfa_adapter().validation_error("incorrect_code")
        guessing.forgive(fences, now=now)
        return code


class PasswordForm(AllauthChangePasswordForm):  # type: ignore[misc]
    """Old password, new password twice. The new one must be another."""

    error_words: ClassVar[dict[str, Any]] = {
        "same": _("新密码不能与当前密码相同。"),
        "differs": _("两次输入的新密码不一样。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": (_("当前密码"), ""),
            "password1": (
                _("新密码"),
                _("至少12个字符，可以用一句自己记得住的话。不要用姓名、用户名或常见密码。"),
            ),
            "password2": (_("再输一次新密码"), ""),
        }
        for name, (label, hint) in words.items():
            field = self.fields[name]
            field.label, field.help_text, field.max_length = label, hint, PASSWORD_MAX
            field.error_messages["required"] = _("请输入密码。")
            field.validators.append(forms.CharField(max_length=PASSWORD_MAX).validators[0])
            field.widget.attrs.pop("placeholder", None)

    def clean_oldpassword(self) -> str:
        """Compare with the current password; wrong ones count as at the login."""
        now = timezone.now()
        fences = guessing.password_fences(self.user.username, client_network(context.request))
        guessing.admit(fences, now=now)
        old: str = super().clean_oldpassword()
        guessing.forgive(fences, now=now)
        return old

    def clean(self) -> dict[str, Any]:
        """Refuse a new password that is the old one or was typed in two ways."""
        cleaned = forms.Form.clean(self) or {}
        new, again = cleaned.get("password1"), cleaned.get("password2")
        if new and again and new != again:
            self.add_error("password2", self.error_words["differs"])
        if new and new == cleaned.get("oldpassword"):
            self.add_error("password1", self.error_words["same"])
        return cleaned
