"""From the analysts' files to what cases run by.

* `xml`, `decisions`, `parse`, `model`  a BPMN file, read
* `lint`, `findings`, `sentences`       what is wrong with it, and how that is said
* `bundle`, `deploy`                    the files of one deployment, judged together; immutable versions of them
* `calendar_file`, `calendar`, `deploy_calendar`  the same for the office's calendar
* `limits`, `sop`                       how long steps may take; the SOP document
* `diagram`                             the drawing, as SVG
"""
