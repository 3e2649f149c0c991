// What people see who open the address of a webhook in a browser.

export const webhookHint = 'This is a webhook of Buttons: POST to it'
