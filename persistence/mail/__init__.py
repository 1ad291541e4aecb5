"""Mail: from what is told to what travels.

options    the settings, and the name of the job; imports nothing slow
templates  values -> subject, text and HTML, by Jinja2; `templates/` has the built-in ones
message    those -> a message with its headers
console    prints messages
smtp       sends them
sealing    mails as encrypted text, as they lie in the database
job        what the worker does with one mail
"""
