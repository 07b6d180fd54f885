"""The screen: a case's article beside its keyframes, what matching found, and the decisions taken."""
