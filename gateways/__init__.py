"""The outside world behind the Protocols of `services/ports/`: Telegram, mail, SMS, VietQR, workbooks."""
