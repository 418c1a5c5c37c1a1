//! What a pasted error or a log means: `explain`, `causes` and `eval --causes`.

mod explain;
