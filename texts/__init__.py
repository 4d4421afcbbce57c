"""Every sentence a user reads. Constants are Jinja templates (autoescaped HTML) unless their name says otherwise."""
