"""Something that a guest agrees to: a large box to tick, by finger or the space bar."""

from pos_app.ui.widgets.sign import Button


class ConsentButton(Button):
    """Checked, it carries a tick; the state is never told by colour alone."""

    def __init__(self) -> None:
        super().__init__("choice", sign="box", colour="muted", side=24)
        self.setCheckable(True)
        self.toggled.connect(self._show)

    def _show(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal has no names
        self.show_icon("box_ticked" if checked else "box", "accent_text" if checked else "muted")
