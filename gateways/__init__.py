"""The outside world behind the Protocols of `services/ports/`: chat apps, mail, SMS, VietQR, workbooks."""
