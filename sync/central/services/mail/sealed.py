"""Under which name addresses of letters are sealed; light, for commands that send none."""

EMAIL_FIELD = "code_recipients.email"
