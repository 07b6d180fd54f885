"""From a file to frames with exact times: the only place that decodes or builds ffmpeg command lines."""
