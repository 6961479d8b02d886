"""The badge in the bar that tells how the till stands with the office."""

from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import set_tone
from pos_app.ui.words.speech import Speech
from pos_app.ui.words.standing import Standing, standing_text


class SyncBadge(Button):
    """The badge in the bar; touching it tells more."""

    def __init__(self) -> None:
        super().__init__("quiet", sign="cloud_off", colour="muted", key="Ctrl+O")
        self.standing = Standing()

    def show_standing(self, standing: Standing, speech: Speech) -> None:
        """Show how the till stands."""
        self.standing = standing
        text = standing_text(standing, speech)
        self.show_icon(text.sign, text.colour)
        self.caption(text.short, " ".join((text.short, *text.lines)))
        set_tone(self, text.colour.removesuffix("_text"))
