"""Transfers that a bank reports by webhook: one file a provider, one port (`base.BankWebhook`) for all."""
