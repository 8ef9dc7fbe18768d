"""Tasks entered by hand (立项): what a meeting, an instruction or a letter orders."""
