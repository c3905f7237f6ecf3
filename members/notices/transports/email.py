"""E-mail: one plain message to the account's own address through Django's mailer."""

from django.core.mail import EmailMessage
from django.utils.translation import gettext, override

from members.models import Delivery
from members.notices.templates import text_of


class Undeliverable(Exception):
    """The message cannot be sent as it is; trying again later may help."""


def send(delivery: Delivery) -> None:
    """Send one delivery. The text holds numbers only. Raises Undeliverable without an address.

    The delivery's key is the message's id, so a mail server can drop a repeat.
    """
    if delivery.account is None or not delivery.account.email:
        raise Undeliverable("no address")
    with override("zh-hans"):
        message = EmailMessage(
            subject=gettext("工情通有一条新通知"),
            body=text_of(delivery.template, delivery.params),
            to=[delivery.account.email],
            headers={"Message-ID": f"<{delivery.pk}.delivery@gongqingtong>"},
        )
    message.send()
