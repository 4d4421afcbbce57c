"""The outside world behind the Protocols of `services/ports.py`: Telegram, mail, SMS, VietQR, workbooks."""
