"""Settings of how many messages leave for people who did not ask for them."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from domain.chats import Channel
from domain.messaging.budgets import Budget, Budgets, FirstBudget
from domain.messaging.spending import Spending

_Count = Annotated[int, Field(ge=0)]


class SendingSettings(BaseSettings):
    first_customers: _Count = 30

    mails_to_one_a_day: _Count = 40
    mails_of_firm_a_day: _Count = 5_000
    mails_a_month: _Count = 300_000
    sms_to_one_a_day: _Count = 10
    sms_of_firm_a_day: _Count = 2_500
    sms_a_month: _Count = 100_000

    sms_price: _Count = 850
    message_vnd_a_day: _Count = 0
    message_vnd_a_month: _Count = 0

    @property
    def spending(self) -> Spending:
        return Spending(self.message_vnd_a_day, self.message_vnd_a_month)

    @property
    def budgets(self) -> Budgets:
        mail = Budget(self.mails_to_one_a_day, self.mails_of_firm_a_day, self.mails_a_month)
        sms = Budget(self.sms_to_one_a_day, self.sms_of_firm_a_day, self.sms_a_month)
        first = FirstBudget(self.first_customers or None)
        return Budgets({Channel.EMAIL: mail, Channel.SMS: sms}, first)
