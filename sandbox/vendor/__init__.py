"""The vendor's system: licences, as `docs/api/vendor.yaml` describes it."""
