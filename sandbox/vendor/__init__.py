"""The vendor's system, which keeps licences, as `docs/api/vendor.yaml` describes it."""
