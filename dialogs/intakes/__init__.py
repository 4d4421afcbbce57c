"""Lists of customers that an accountant pastes or sends."""
