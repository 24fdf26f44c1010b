"""A program with the vendor's SDK: its settings are what the emulator prints."""

import json
import os

from twelvelabs import NotFoundError, TextInputRequest, TwelveLabs

client = TwelveLabs(api_key=os.environ["TWELVE_LABS_API_KEY"])
response = client.embed.v_2.create(
    input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
)
try:
    client.embed.v_2.tasks.retrieve("none")
except NotFoundError as error:
    print(json.dumps([response.data[0].embedding, error.status_code]))
